import { randomBytes, X509Certificate } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { openEmbeddedDatabase } from '../../src/store/embedded-database.ts';
import { migrate } from '../../src/store/migrate.ts';
import { withOwner } from '../../src/store/open-databases.ts';
import { AGENT_DESK, type Harness, REGISTRATION, type Reply, startHarness } from '../support/harness.ts';
import { freePort } from '../support/postgres-server.ts';
import type { Ended } from '../support/process.ts';
import { shuqiao } from '../support/shuqiao.ts';

let folder: string;
let harness: Harness;
let reply: Reply;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'shuqiao-cli-'));
  harness = await startHarness();
  reply = await harness.call();
  await harness.call({ system: undefined });
});
afterAll(async () => {
  await harness.close();
  rmSync(folder, { recursive: true, force: true });
});

const environment = () => ({ DATABASE_URL: harness.database.url ?? '' });

describe('shuqiao', () => {
  it.each([[[]], [['--help']], [['help']]])('shows every command when asked for nothing else: %j', async (args) => {
    const { status, out, err } = await shuqiao(args);
    expect([status, err]).toEqual([0, '']);
    for (const command of ['ledger verify', 'ledger export', 'answer open', 'database migrate'])
      expect(out).toContain(`  shuqiao ${command}`);
  });

  it.each([[['ledger']], [['ledger', 'mend']], [['frobnicate']], [['--version']]])(
    'shows them as an error, and ends with 2, when there is no such command: %j',
    async (args) => {
      const { status, out, err } = await shuqiao(args);
      expect([status, out]).toEqual([2, '']);
      expect(err).toContain('  shuqiao ledger verify');
    },
  );
});

describe('shuqiao ledger export', () => {
  it('writes what shuqiao ledger verify reads, to standard output', async () => {
    const written = await shuqiao(['ledger', 'export'], { environment: environment() });
    expect([written.status, written.err]).toEqual([0, '']);
    const verified = await shuqiao(['ledger', 'verify', '-', '--json'], { input: written.out });
    expect(JSON.parse(verified.out)).toMatchObject({
      verdict: 'consistent',
      ...(await harness.gateway.ledger.head()),
    });
  });

  it('writes a new file that only its owner can read, and refuses to write over one', async () => {
    const file = join(folder, 'ledger.jsonl');
    const first = await shuqiao(['ledger', 'export', '--output', file], { environment: environment() });
    expect(first).toEqual({ status: 0, out: '', err: '' });
    expect(statSync(file).mode & 0o777).toBe(0o600);
    const content = readFileSync(file, 'utf8');
    const { size, chain } = await harness.gateway.ledger.head();
    const pinned = await shuqiao(['ledger', 'verify', '--pinned', `${size}:${chain}`, file]);
    expect(pinned.status).toBe(0);

    const second = await shuqiao(['ledger', 'export', '--output', file], { environment: environment() });
    expect(second.status).toBe(2);
    expect(second.err).toMatch(/^EEXIST: file already exists, open '.*'\n$/);
    expect(readFileSync(file, 'utf8')).toBe(content);
  });

  it('leaves no file behind when the database does not answer', async () => {
    const file = join(folder, 'never.jsonl');
    const nowhere = { DATABASE_URL: `postgres://postgres@127.0.0.1:${await freePort()}/x` };
    const { status, err } = await shuqiao(['ledger', 'export', '--output', file], { environment: nowhere });
    expect([status, err]).toEqual([2, 'The ledger cannot be read (Error ECONNREFUSED).\n']);
    expect(existsSync(file)).toBe(false);
  });

  it('says in a word that it cannot write there, also from the embedded database, which opens more slowly', async () => {
    const directory = join(folder, 'embedded');
    const embedded = { SHUQIAO_EMBEDDED_DATABASE_DIR: directory };
    const opened = await openEmbeddedDatabase(directory);
    await migrate(opened.as('owner'));
    await opened.close();
    const taken = join(folder, 'taken.jsonl');
    writeFileSync(taken, 'mine');
    const { status, err } = await shuqiao(['ledger', 'export', '--output', taken], { environment: embedded });
    expect(status).toBe(2);
    expect(err).toMatch(/^EEXIST: file already exists, open '.*'\n$/);
    expect(readFileSync(taken, 'utf8')).toBe('mine');
  });

  it('shows its usage when called otherwise', async () => {
    const usage = 'usage: shuqiao ledger export [--output FILE] [--since CHECKPOINT] [--all | --until INDEX]\n';
    expect(await shuqiao(['ledger', 'export', 'file'])).toEqual({ status: 2, out: '', err: usage });
    expect(await shuqiao(['ledger', 'export', '--outputs', 'file'])).toEqual({ status: 2, out: '', err: usage });
  });
});

describe('shuqiao answer open', () => {
  const keyOf = (system: string) => join(inject('certsDir'), 'systems', `${system}.private.jwk.json`);
  const gatewayKeys = () => join(inject('certsDir'), 'gateway.jwks.json');
  const open = async (input: string, key = keyOf(REGISTRATION), keys = gatewayKeys()): Promise<Ended> =>
    await shuqiao(['answer', 'open', '--key', key, '--gateway-keys', keys], { input });
  const CLOSED = 'The answer does not open: it is not sealed to this key, or not signed by this gateway.\n';

  it('opens an answer, from standard input and from a file', async () => {
    const { status, out, err } = await open(`${reply.body}\n`);
    expect([status, err]).toEqual([0, '']);
    expect(JSON.parse(out)).toEqual(await reply.open());
    const file = join(folder, 'answer.jose');
    writeFileSync(file, reply.body);
    const args = ['--key', keyOf(REGISTRATION), '--gateway-keys', gatewayKeys(), file];
    expect(await shuqiao(['answer', 'open', ...args])).toEqual({ status: 0, out, err: '' });
  });

  it('does not open one that is sealed to another system', async () => {
    expect(await open(reply.body, keyOf(AGENT_DESK))).toEqual({ status: 1, out: '', err: CLOSED });
  });

  it('does not open one that another gateway signed', async () => {
    const recipient = JSON.parse(readFileSync(keyOf(AGENT_DESK), 'utf8')) as Record<string, string>;
    const { kty, crv, x, y } = recipient;
    const others = join(folder, 'other.jwks.json');
    writeFileSync(others, JSON.stringify({ keys: [{ kty, crv, x, y }] }));
    expect(await open(reply.body, keyOf(REGISTRATION), others)).toEqual({ status: 1, out: '', err: CLOSED });
  });

  it('does not open one that was changed on the way, or is none', async () => {
    const parts = reply.body.split('.');
    const changed = [...parts.slice(0, 3), `A${(parts[3] ?? '').slice(1)}B`, parts[4]].join('.');
    expect(await open(changed)).toEqual({ status: 1, out: '', err: CLOSED });
    expect(await open('not an answer')).toEqual({ status: 1, out: '', err: CLOSED });
  });

  it('shows a problem as it is, and does not take it for an answer', async () => {
    const { body } = await harness.call({ system: undefined });
    expect(await open(body)).toEqual({ status: 1, out: '', err: `${body}\n` });
  });

  it('does not show the private key when it cannot use it', async () => {
    const file = join(folder, 'broken.jwk.json');
    const { d } = JSON.parse(readFileSync(keyOf(REGISTRATION), 'utf8')) as { readonly d: string };
    for (const content of [`{"d":"${d}"`, `{"d":"${d}"}`, `{"kty":"EC","d":"${d}"}`]) {
      writeFileSync(file, content);
      const { status, out, err } = await open(reply.body, file);
      expect([1, 2]).toContain(status);
      expect(`${out}${err}`).not.toContain(d);
      expect(err).not.toContain('    at ');
    }
  });

  it.each([
    [['--key', 'k']],
    [['--gateway-keys', 'k']],
    [['--key', 'k', '--gateway-keys', 'k', 'a', 'b']],
    [['--kay', 'k']],
  ])('shows its usage when called with %j', async (args) => {
    expect(await shuqiao(['answer', 'open', ...args])).toEqual({
      status: 2,
      out: '',
      err: 'usage: shuqiao answer open --key PRIVATE_JWK --gateway-keys JWKS [FILE|-]\n',
    });
  });
});

describe('shuqiao freeze', () => {
  const freeze = async (...args: readonly string[]): Promise<Ended> =>
    await shuqiao(['freeze', ...args], { environment: environment() });
  const status = async () => (await harness.call({ system: AGENT_DESK })).problem().code;
  const BY_A = ['--officer', 'Officer A', '--reason', 'key lost'] as const;
  const BY_B = ['--officer', 'Officer B', '--reason', 'found'] as const;

  it('stops a system at its next request, shows who did and why, and lets it on again for another officer', async () => {
    expect(await status()).toBe('grant.missing');
    expect(await freeze('add', 'system', AGENT_DESK, ...BY_A)).toEqual({
      status: 0,
      out: `system ${AGENT_DESK} is frozen.\n`,
      err: '',
    });
    expect(await status()).toBe('identity.frozen');
    expect((await freeze('list')).out).toMatch(new RegExp(`^20.*Z  system ${AGENT_DESK}  by Officer A  key lost\n$`));
    expect(JSON.parse((await freeze('list', '--json')).out)).toMatchObject([{ kind: 'system', reason: 'key lost' }]);
    // As whoever wants to be another would write himself: with a full-width A.
    const again = await freeze('lift', 'system', AGENT_DESK, '--officer', 'officer Ａ', '--reason', 'found');
    expect(again).toEqual({
      status: 1,
      out: '',
      err: `system ${AGENT_DESK} stays frozen: whoever froze it does not lift it.\n`,
    });
    expect(await status()).toBe('identity.frozen');
    expect((await freeze('lift', 'system', AGENT_DESK, ...BY_B)).status).toBe(0);
    expect(await status()).toBe('grant.missing');
    expect(await freeze('lift', 'system', AGENT_DESK, ...BY_B)).toMatchObject({ status: 1, out: '' });
    expect((await freeze('list')).out).toBe('Nothing is frozen.\n');
    const acts = (await harness.entries()).filter(({ kind }) => kind !== 'exchange');
    expect(acts.map(({ kind, refused }) => [kind, refused])).toEqual([
      ['freeze', undefined],
      ['lift', 'same-officer'],
      ['lift', undefined],
      ['lift', 'not-frozen'],
    ]);
  });

  it('stops everything', async () => {
    expect((await freeze('add', 'everything', ...BY_A)).out).toBe('everything is frozen.\n');
    expect(await status()).toBe('gateway.frozen');
    expect((await freeze('lift', 'everything', ...BY_B)).status).toBe(0);
    expect(await status()).toBe('grant.missing');
  });

  it('knows a certificate by its SHA-256, as openssl prints it or as the ledger has it', async () => {
    const certificate = new X509Certificate(readFileSync(join(inject('certsDir'), `systems/${AGENT_DESK}.pem`)));
    const printed = `sha256 Fingerprint=${certificate.fingerprint256}`;
    expect((await freeze('add', 'certificate', printed, ...BY_A)).status).toBe(0);
    expect(await status()).toBe('identity.frozen');
    const [entry] = (await harness.entries()).slice(-1);
    expect((await freeze('lift', 'certificate', entry?.['certificate'] as string, ...BY_B)).status).toBe(0);
    expect(await status()).toBe('grant.missing');
    const { status: exit, err } = await freeze('add', 'certificate', 'AA:BB', ...BY_A);
    expect([exit, err]).toEqual([2, expect.stringContaining('43 characters of base64url') as string]);
  });

  it.each([
    [['system', 'no-dot'], 'This is the id of no system.\n'],
    [['contract', 'a.b'], 'This is the id of no contract.\n'],
    [['grant', 'Open A Shop'], 'This is the id of no grant.\n'],
  ])('does not say that %j is frozen, which nothing can be called', async (thing, err) => {
    expect(await freeze('add', ...thing, ...BY_A)).toEqual({ status: 2, out: '', err });
  });

  it('takes no reason with an identity number in it, and no order of the gateway', async () => {
    const { residentId } = harness.resident;
    const person = await freeze('add', 'system', 'a.b', '--officer', 'A', '--reason', `asked for ${residentId}`);
    expect([person.status, person.out]).toEqual([2, '']);
    expect(person.err).not.toContain(residentId);
    expect(await freeze('lift', 'system', 'a.b', '--officer', 'Gateway', '--reason', 'x')).toMatchObject({
      status: 2,
      err: 'The gateway is no officer.\n',
    });
  });

  it.each([
    [['add', 'system', 'a.b', '--officer', 'A']],
    [['add', 'system', 'a.b', '--reason', 'x']],
    [['add', 'person', 'a.b', ...BY_A]],
    [['add', 'system', ...BY_A]],
    [['add', 'everything', 'x', ...BY_A]],
    [['add', 'system', 'a.b', '--officer', 'A', '--reason', ' ']],
    [['lift', 'system', ...BY_B]],
    [['lift', 'system', 'a.b', '--reason', 'x']],
    [['list', 'system']],
  ])('shows its usage when called with %j', async (args) => {
    const { status: exit, out, err } = await freeze(...args);
    expect([exit, out]).toEqual([2, '']);
    expect(err).toMatch(/^usage: shuqiao freeze (?:add|lift|list)/);
  });
});

describe('shuqiao database migrate', () => {
  it('brings an empty database up to date, and the next time has nothing to apply', async () => {
    const server = inject('postgresUrl');
    const name = `cli_${randomBytes(6).toString('hex')}`;
    await withOwner(server, async (owner) => await owner.query(`create database ${name}`));
    const migrated = { DATABASE_URL: Object.assign(new URL(server), { pathname: `/${name}` }).href };
    const first = await shuqiao(['database', 'migrate'], { environment: migrated });
    const second = await shuqiao(['database', 'migrate'], { environment: migrated });
    const verified = await shuqiao(['ledger', 'verify'], { environment: migrated });
    await withOwner(server, async (owner) => await owner.query(`drop database ${name} with (force)`));
    expect([first.status, first.err]).toEqual([0, '']);
    expect(first.out).toMatch(
      /^applied 0001-ledger\.sql\napplied 0002-request-ids\.sql\n(?:applied \d{4}-[a-z-]+\.sql\n)*$/,
    );
    expect(second).toEqual({ status: 0, out: 'Nothing to apply.\n', err: '' });
    expect(verified.status).toBe(2);
  });

  it('says in a word, without a password, that the database does not answer', async () => {
    const url = `postgres://keeper:not-a-real-password@127.0.0.1:${await freePort()}/x`;
    const { status, out, err } = await shuqiao(['database', 'migrate'], { environment: { DATABASE_URL: url } });
    expect([status, out]).toEqual([2, '']);
    expect(err).toMatch(/^connect ECONNREFUSED 127\.0\.0\.1:\d+\n$/);
  });

  it('shows its usage when called otherwise', async () => {
    const { status, err } = await shuqiao(['database', 'migrate', 'now']);
    expect([status, err]).toEqual([2, 'usage: shuqiao database migrate\n']);
  });
});
