import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { postgresDatabase, type TestDatabase } from '../support/database.ts';
import { type KeyKind, keyPair } from '../support/keys.ts';
import type { Ended } from '../support/process.ts';

import { scratchFolder } from '../support/scratch-folder.ts';
import { shuqiao } from '../support/shuqiao.ts';

const SYSTEM = 'taxation.tax-registration';
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
let database: TestDatabase;
beforeAll(async () => {
  database = await postgresDatabase();
});
afterAll(async () => await database.close());

interface Listed {
  readonly keys: readonly Record<string, string | number | null>[];
}

const listed = ({ out }: Ended): Listed['keys'] => (JSON.parse(out) as Listed).keys;
const hex = (): string => randomBytes(32).toString('hex');

/** Files of keys, and the command with the key-encryption key of them. */
function withFiles(files: Readonly<Record<string, string>>) {
  const folder = scratchFolder({ 'kek.key': hex(), ...files });
  const at = (name: string): string => join(folder, name);
  const environment = {
    DATABASE_URL: String(database.url),
    SHUQIAO_KEY_ENCRYPTION_KEY_FILE: at('kek.key'),
  };
  return {
    at,
    call: async (args: readonly string[], more: Readonly<Record<string, string>> = {}) =>
      await shuqiao(args, { environment: { ...environment, ...more } }),
  };
}

const json = (kind: KeyKind) => JSON.stringify(keyPair(kind).publicJwk);
const POLICIES = ['--policies', resolve('policies')];

describe('shuqiao system key', () => {
  it('registers a public key, lists it and withdraws it', async () => {
    const { at, call } = withFiles({ 'key.json': json('P-256') });
    const add = ['system', 'key', 'add', '--system', SYSTEM, '--use', 'enc', ...POLICIES, '--json', at('key.json')];
    const added = await call(add);
    expect([added.err, added.status]).toEqual(['', 0]);
    const { kid, alg, outcome } = JSON.parse(added.out) as Record<string, string>;
    expect([alg, outcome]).toEqual(['ECDH-ES+A256KW', 'registered']);
    expect(JSON.parse((await call(add)).out)).toMatchObject({ kid, outcome: 'known' });
    const list = ['system', 'key', 'list', '--system', SYSTEM, '--json'];
    expect(listed(await call(list))).toContainEqual(expect.objectContaining({ kid, use: 'enc', withdrawnAt: null }));
    const withdraw = ['system', 'key', 'withdraw', '--system', SYSTEM, '--kid', String(kid)];
    expect((await call(withdraw)).status).toBe(0);
    expect((await call(withdraw)).status).toBe(1);
    expect(await call(add)).toMatchObject({ status: 1, err: expect.stringContaining('was withdrawn') });
  });

  it('refuses what is private, weak, for nobody, or no key, and repeats nothing of it', async () => {
    const { privateJwk } = keyPair('P-256');
    const { at, call } = withFiles({
      'private.json': JSON.stringify(privateJwk),
      'weak.json': json('RSA-1024'),
      'good.json': json('P-256'),
      'none.json': 'secret-words',
      'long.json': ' '.repeat(20_000),
    });
    const add = async (file: string, system = SYSTEM) =>
      await call(['system', 'key', 'add', '--system', system, '--use', 'enc', ...POLICIES, at(file)]);
    for (const file of ['private.json', 'weak.json', 'none.json', 'long.json']) {
      const { status, out, err } = await add(file);
      expect([file, status, out]).toEqual([file, 1, '']);
      for (const secret of [privateJwk.d, privateJwk.x, 'secret-words']) expect(err).not.toContain(String(secret));
    }
    expect((await add('good.json', 'nobody.at-all')).err).toBe('There is no system nobody.at-all.\n');
  });

  it('registers no key of one system for another', async () => {
    const { at, call } = withFiles({ 'key.json': json('P-256') });
    const add = (system: string) => [
      'system',
      'key',
      'add',
      '--system',
      system,
      '--use',
      'sig',
      ...POLICIES,
      at('key.json'),
    ];
    expect((await call(add(SYSTEM))).status).toBe(0);
    expect(await call(add('hotline.agent-desk'))).toMatchObject({
      status: 1,
      err: expect.stringContaining('Another system'),
    });
  });

  it.each([
    ['--system', SYSTEM, '--use', 'both', 'x'],
    ['--system', SYSTEM, '--use', 'sig'],
    ['--use', 'sig', 'x'],
    ['--system', SYSTEM, '--use', 'sig', '--valid-from', 'tomorrow', 'x'],
  ])('says how it is called if it is called otherwise (%#)', async (...args) => {
    const { call } = withFiles({});
    expect((await call(['system', 'key', 'add', ...args])).err).toMatch(/^usage: shuqiao system key add/);
  });
});

describe('shuqiao key', () => {
  it('generates, rotates with overlap, imports, rewraps and lists, and never shows what is private', async () => {
    await database.tamper('truncate identity.gateway_key');
    const { privateJwk } = keyPair('Ed25519');
    const ledger = hex();
    const { at, call } = withFiles({
      'sign.json': JSON.stringify(privateJwk),
      'ledger.key': ledger,
      'next.key': hex(),
    });
    const said: string[] = [];
    const done = async (args: readonly string[], more = {}) => {
      const ended = await call(['key', ...args], more);
      said.push(ended.out, ended.err);
      expect([args, ended.err, ended.status]).toEqual([args, '', 0]);
      return ended;
    };
    await done(['generate', '--use', 'answer']);
    await done(['import', '--use', 'ledger', at('ledger.key')]);
    await done(['import', '--use', 'token', at('sign.json')]);
    await done(['generate', '--use', 'treatment']);
    expect((await call(['key', 'generate', '--use', 'answer'])).err).toMatch(/already: shuqiao key rotate/);
    const { out } = await done(['rotate', '--use', 'answer', '--in', '24h', '--alg', 'Ed25519', '--json']);
    const next = JSON.parse(out) as { readonly kid: string; readonly activeFrom: string };
    expect(Date.parse(next.activeFrom) - Date.now()).toBeGreaterThan(23 * 60 * MINUTE);
    const answers = listed(await done(['list', '--json'])).filter(({ use }) => use === 'answer');
    expect(answers.map(({ state, alg }) => [state, alg])).toEqual([
      ['active', 'ES256'],
      ['scheduled', 'Ed25519'],
    ]);
    expect(answers[0]?.['retiredAt']).toBe(next.activeFrom);
    // Three years after it has retired, an answer that it signed is still verified.
    const kept = Date.parse(String(answers[0]?.['expiresAt'])) - Date.parse(next.activeFrom);
    expect(kept).toBe(1096 * 24 * 60 * MINUTE);

    const renewed = {
      SHUQIAO_KEY_ENCRYPTION_KEY_FILE: at('next.key'),
      SHUQIAO_PREVIOUS_KEY_ENCRYPTION_KEY_FILE: at('kek.key'),
    };
    expect((await done(['rewrap', '--json'], renewed)).out).toMatch(/"rewrapped":\[(?:"[^"]+",?){5}\]/);
    expect((await done(['rewrap'], renewed)).out).toBe('0 keys rewrapped.\n');
    const wrappers = new Set(listed(await done(['list', '--json'])).map(({ wrappedBy }) => wrappedBy));
    expect(wrappers.size).toBe(1);
    for (const secret of [
      privateJwk.d,
      ledger,
      readFileSync(at('kek.key'), 'utf8'),
      readFileSync(at('next.key'), 'utf8'),
    ])
      expect(said.join()).not.toContain(String(secret));
  });

  it('rotates nothing that is young, signs with nothing that others have not read, unless it has to', async () => {
    await database.tamper('truncate identity.gateway_key');
    const { call } = withFiles({});
    await call(['key', 'generate', '--use', 'answer']);
    const young = await call(['key', 'rotate', '--use', 'answer', '--older-than', '90d']);
    expect([young.status, young.out]).toEqual([0, expect.stringMatching(/is young enough/)]);
    expect((await call(['key', 'rotate', '--use', 'answer', '--in', '1m'])).err).toMatch(/10 minutes at least/);
    expect((await call(['key', 'rotate', '--use', 'answer', '--now'])).status).toBe(0);
    const states = listed(await call(['key', 'list', '--json'])).map(({ state }) => state);
    expect(states).toHaveLength(2);
    expect(states).toEqual(expect.arrayContaining(['active', 'retired']));
  });

  it('publishes what signed tokens for as long as one may live, and what signed answers for years', async () => {
    await database.tamper('truncate identity.gateway_key');
    const { call } = withFiles({});
    for (const use of ['token', 'answer'])
      for (const verb of [['generate'], ['rotate', '--now']])
        expect((await call(['key', ...verb, '--use', use])).status).toBe(0);
    const hours = listed(await call(['key', 'list', '--json']))
      .filter(({ state }) => state === 'retired')
      .map(({ use, retiredAt, expiresAt }) => [
        use,
        (Date.parse(String(expiresAt)) - Date.parse(String(retiredAt))) / HOUR,
      ]);
    expect(Object.fromEntries(hours)).toEqual({ token: expect.closeTo(1, 1), answer: 1096 * 24 });
  });

  it('takes a treatment secret for epochs that no grant uses yet', async () => {
    await database.tamper('truncate identity.gateway_key');
    const { call } = withFiles({});
    const rotate = (epoch: string) => ['key', 'rotate', '--use', 'treatment', '--from-epoch', epoch, ...POLICIES];
    await call(['key', 'generate', '--use', 'treatment']);
    expect((await call(rotate('1'))).err).toMatch(/^Epochs up to \d+ are in use/);
    expect((await call(rotate('9'))).status).toBe(0);
    const epochs = listed(await call(['key', 'list', '--json'])).map(({ fromEpoch, retiredAt }) => [
      fromEpoch,
      retiredAt,
    ]);
    expect(epochs).toEqual([
      [1, null],
      [9, null],
    ]);
  });

  it.each([
    [['key', 'generate', '--use', 'everything'], /^usage:/],
    [['key', 'rotate', '--use', 'token'], /has no key for token/],
    [['key', 'import', '--use', 'answer', '/nowhere'], /ENOENT/],
    [['key', 'rotate', '--use', 'answer', '--in', 'soon'], /^usage:/],
  ] as const)('refuses %j in words', async (args, words) => {
    await database.tamper('truncate identity.gateway_key');
    const { call } = withFiles({});
    await call(['key', 'generate', '--use', 'answer']);
    expect(await call(args)).toMatchObject({ status: 1, err: expect.stringMatching(words) });
  });
});

describe('the key-encryption key', () => {
  const generate = ['key', 'generate', '--use', 'ledger'];
  beforeAll(async () => await database.tamper('truncate identity.gateway_key'));

  it('is what a command prints, which no shell reads', async () => {
    const { call } = withFiles({});
    const command = JSON.stringify([
      process.execPath,
      '-e',
      'console.log("a$(echo b)".length === 10 ? "0".repeat(64) : "")',
    ]);
    const from = { SHUQIAO_KEY_ENCRYPTION_KEY_FILE: '', SHUQIAO_KEY_ENCRYPTION_KEY_COMMAND: command };
    expect(await call(generate, from)).toMatchObject({ status: 0, err: '' });
  });

  it.each([
    ['no JSON', 'cat /etc/hostname', /it is no JSON/],
    ['no array', '{}', /it is no array/],
    ['no texts', '[1]', /no text/],
    ['nothing', '[]', /names no program/],
    ['a program that is not there', '["/nowhere/at-all"]', /did not give a key/],
    ['one that fails', JSON.stringify([process.execPath, '-e', 'process.exit(3)']), /did not give a key/],
    [
      'one that says too much',
      JSON.stringify([process.execPath, '-e', 'console.log("ab".repeat(9999))']),
      /did not give a key/,
    ],
    [
      'one that says no key',
      JSON.stringify([process.execPath, '-e', 'console.log("hush-hush")']),
      /no key-encryption key/,
    ],
  ])('is not taken from %s, whose words are not repeated', async (_, command, words) => {
    const { call } = withFiles({});
    const from = { SHUQIAO_KEY_ENCRYPTION_KEY_FILE: '', SHUQIAO_KEY_ENCRYPTION_KEY_COMMAND: command };
    const { status, err } = await call(generate, from);
    expect([status, err]).toEqual([1, expect.stringMatching(words)]);
    expect(err).not.toContain('hush-hush');
  });

  it('is in one place, and has 32 bytes', async () => {
    const { call, at } = withFiles({ 'short.key': 'abcd' });
    expect((await call(generate, { SHUQIAO_KEY_ENCRYPTION_KEY_COMMAND: '["x"]' })).err).toMatch(
      /both a file and a command/,
    );
    const short = await call(generate, { SHUQIAO_KEY_ENCRYPTION_KEY_FILE: at('short.key') });
    expect(short.err).toMatch(/no key-encryption key/);
    expect((await call(generate, { SHUQIAO_KEY_ENCRYPTION_KEY_FILE: '' })).err).toMatch(
      /SHUQIAO_KEY_ENCRYPTION_KEY: it is not set/,
    );
  });
});
