import { createHash, createHmac, randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import type { Command } from '../../src/cli/command.ts';
import { ledgerFind } from '../../src/cli/ledger-find.ts';
import { ledgerReveal } from '../../src/cli/ledger-reveal.ts';
import { ledgerShred } from '../../src/cli/ledger-shred.ts';
import { subjectIndex } from '../../src/keys/subject-index.ts';
import { withOwner } from '../../src/store/open-databases.ts';
import { finishShredding, subjectActs } from '../../src/store/subject-acts.ts';
import { generateRegisters } from '../../src/trial/data/registers.ts';
import { embeddedDatabase, postgresDatabase } from '../support/database.ts';
import { type Harness, IDENTITY, startHarness } from '../support/harness.ts';
import { verifyDatabase } from '../support/ledger.ts';

const MATTER = 'case-of-somebody-4711';
const OFFICER = 'officer-wang-1234';
const AUDITOR = ['--officer', 'auditor-li', '--reason', 'complaint 12'];
const APPROVED = [
  '--legal-basis',
  'PIPL art. 47',
  '--reason',
  'end of term',
  '--approver',
  'zhao',
  '--approver',
  'qian',
];

function otherResident(residentId: string): string {
  const other = generateRegisters().residents.find(
    (one) => one.residentId.length === 18 && one.residentId !== residentId,
  );
  if (other === undefined) throw new Error('the example data has nobody else');
  return other.residentId;
}

interface Ran {
  readonly exit: number;
  readonly out: string;
  readonly err: string;
}

/** A command as an operator runs it, in this process. */
async function run(harness: Harness, command: Command, args: readonly string[], stdin = ''): Promise<Ran> {
  let out = '';
  let err = '';
  const exit = await command.run(args, {
    environment: {
      DATABASE_URL: harness.database.url,
      SHUQIAO_KEY_ENCRYPTION_KEY_FILE: join(inject('certsDir'), 'key-encryption.key'),
    },
    out: (text) => {
      out += text;
    },
    err: (text) => {
      err += text;
    },
    stdin: (async function* lines() {
      yield await Promise.resolve(stdin);
    })(),
  });
  return { exit, out, err };
}

const about = (residentId: string) => ({
  body: { purpose: 'open-a-shop', query: { residentId }, case: MATTER, officer: OFFICER },
});

/** Every value of every column of every table, as text. */
async function dump(harness: Harness): Promise<string> {
  return await withOwner(harness.database.url ?? '', async (owner) => {
    const tables = await owner.query<{ name: string }>(
      `select format('%I.%I', table_schema, table_name) as name from information_schema.tables
       where table_schema not in ('pg_catalog', 'information_schema') and table_type = 'BASE TABLE'`,
    );
    const texts = await Promise.all(
      tables.map(
        async ({ name }) => await owner.query<{ row: string }>(`select row_to_json(t)::text as row from ${name} as t`),
      ),
    );
    return texts
      .flat()
      .map(({ row }) => row)
      .join('\n');
  });
}

describe('what an exchange leaves behind about a person', () => {
  let harness: Harness;
  beforeAll(async () => {
    harness = await startHarness();
  });
  afterAll(async () => await harness.close());

  const find = async (residentId: string) => {
    const ran = await run(harness, ledgerFind, ['--subject-type', 'cn.resident-id', ...AUDITOR, '--json'], residentId);
    return (JSON.parse(ran.out) as { readonly exchanges: readonly Record<string, unknown>[] }).exchanges;
  };
  const reveal = async (index: number) => await run(harness, ledgerReveal, ['--index', String(index), ...AUDITOR]);
  const indexOf = (reply: { readonly headers: Readonly<Record<string, unknown>> }) =>
    Number(reply.headers['receipt-index']);

  it('is in no table in clear, nor found by trying every number with a bare or a known digest', async () => {
    const { residentId } = harness.resident;
    expect((await harness.call(about(residentId))).status).toBe(200);
    const text = await dump(harness);
    for (const clear of [residentId, MATTER, OFFICER, harness.resident.name]) expect(text).not.toContain(clear);
    const hex = (value: Buffer) => [value.toString('hex'), value.toString('base64'), value.toString('base64url')];
    // The ten thousand numbers that have the same first fourteen digits, the right one among them.
    for (let tail = 0; tail < 10_000; tail += 1) {
      const candidate = `${residentId.slice(0, 14)}${String(tail).padStart(4, '0')}`;
      for (const value of candidate === `${residentId.slice(0, 14)}0000` ? [candidate, residentId] : [candidate]) {
        const tries = [value, JSON.stringify(['subject', 'cn.resident-id', value])].flatMap((one) => [
          createHash('sha256').update(one).digest(),
          createHmac('sha256', Buffer.alloc(32)).update(one).digest(),
        ]);
        if (tries.flatMap(hex).some((digest) => text.includes(digest))) throw new Error('a digest of it is in a table');
      }
    }
  });

  it('is found by who has the key, also for a refusal, and each lookup is an entry', async () => {
    const { residentId } = harness.resident;
    await harness.call({ ...about(residentId), path: IDENTITY, system: 'hotline.agent-desk' });
    const found = await find(residentId);
    expect(found.map(({ outcome }) => outcome)).toContain('released');
    expect(found.map(({ outcome }) => outcome)).toContain('refused');
    expect(found[0]).toMatchObject({ purpose: 'open-a-shop', contract: 'public-security.resident-identity.v1' });
    expect((await harness.entries()).at(-1)).toMatchObject({ kind: 'lookup', subjectType: 'cn.resident-id' });
    expect(
      await find(
        generateRegisters()
          .residents.map((one) => one.residentId)
          .at(-1) ?? '',
      ),
    ).toEqual([]);
  });

  it('is opened for an auditor, and that is an entry; its salts prove the digests of the entry', async () => {
    const { residentId } = harness.resident;
    const call = about(residentId);
    const index = indexOf(await harness.call(call));
    const { exit, out } = await reveal(index);
    expect(exit).toBe(0);
    const opened = JSON.parse(out) as { readonly salts: Record<string, string> };
    expect(opened).toMatchObject({
      subjects: [{ type: 'cn.resident-id', value: residentId }],
      words: { case: MATTER, officer: OFFICER },
    });
    const entries = await harness.entries();
    const salt = Buffer.from(opened.salts['request'] ?? '', 'base64url');
    const request = createHmac('sha256', salt).update(JSON.stringify(call.body)).digest('base64url');
    expect(entries[index]).toMatchObject({ digests: { request } });
    expect(opened.salts['source']).not.toBe(opened.salts['request']);
    expect(entries.at(-1)).toMatchObject({ kind: 'reveal', index });
  });

  it('keeps old exchanges findable when the secret of the ring is rotated', async () => {
    const secrets = await harness.keyRing.ledgerSecrets();
    const { residentId } = harness.resident;
    const acts = subjectActs(harness.database.databases);
    const other = { kid: 'other', key: new Uint8Array(32).fill(7) };
    const subject = { type: 'cn.resident-id', value: residentId };
    expect(await acts.find([subjectIndex(other, subject)])).toEqual([]);
    expect(
      (await acts.find([other, ...secrets].map((secret) => subjectIndex(secret, subject)))).length,
    ).toBeGreaterThan(0);
  });

  it('is destroyed by two people: no entry changes, nothing opens, others stay', async () => {
    const { residentId } = harness.resident;
    const mine = indexOf(await harness.call(about(residentId)));
    const others = otherResident(residentId);
    await harness.call(about(others));
    const before = await verifyDatabase(harness.database.databases);
    const rowsBefore = (await harness.entries()).map((entry) => JSON.stringify(entry));
    const shred = async (args: readonly string[]) =>
      await run(harness, ledgerShred, ['--subject-type', 'cn.resident-id', ...args], residentId);
    await expect(shred(APPROVED.map((word) => (word === 'qian' ? 'zhao' : word)))).rejects.toThrow(
      'Two different people',
    );
    expect((await shred(APPROVED)).exit).toBe(0);
    const entries = await harness.entries();
    expect(entries.slice(0, rowsBefore.length).map((entry) => JSON.stringify(entry))).toEqual(rowsBefore);
    expect(entries.at(-1)).toMatchObject({ kind: 'shred', legalBasis: 'PIPL art. 47' });
    const pinned = { size: before.size, chain: before.chain };
    expect(await verifyDatabase(harness.database.databases, pinned)).toMatchObject({ verdict: 'verified' });
    const { exit, out } = await reveal(mine);
    expect(exit).toBe(1);
    expect(JSON.parse(out)).toEqual({ index: mine, subjects: [], shredded: true });
    expect(await find(residentId)).toEqual([]);
    const [theirs] = await find(others);
    expect(JSON.parse((await reveal(Number(theirs?.['index']))).out)).toMatchObject({ subjects: [{ value: others }] });
    expect((await shred(APPROVED)).exit).toBe(0); // that somebody looked is about the subject again
  });
});

describe.each([
  ['PostgreSQL', postgresDatabase],
  ['the embedded database', embeddedDatabase],
])('destroying in %s', (_name, open) => {
  it('is all or nothing: an entry that is not taken leaves the key', async () => {
    const harness = await startHarness({ database: open });
    try {
      await harness.call(about(harness.resident.residentId));
      const acts = subjectActs(harness.database.databases);
      const subject = { type: 'cn.resident-id', value: harness.resident.residentId };
      const subjects = (await harness.keyRing.ledgerSecrets()).map((secret) => subjectIndex(secret, subject));
      const kids = (await acts.keysOf(subjects)).map(({ kid }) => kid);
      expect(kids).toHaveLength(1);
      const entry = {
        kind: 'shred',
        id: (await harness.entries())[0]?.['exchange'] as string, // an id that another entry has
        kids,
      } as const;
      await expect(acts.shred({ entry, aside: [], subjects, wholly: true })).rejects.toThrow();
      expect(await acts.keysOf(subjects)).toHaveLength(1);
      expect(await acts.find(subjects)).toHaveLength(1);
    } finally {
      await harness.close();
    }
  });
});

it('with keys in another database, is as good as destroyed from the entry on, and is finished after a crash', async () => {
  const keys = await postgresDatabase();
  const harness = await startHarness({
    parts: ({ databases }) => ({ databases: { ...databases, subjectKeys: keys.databases } }),
  });
  try {
    const reply = await harness.call(about(harness.resident.residentId));
    expect(reply.status).toBe(200);
    const { control, exchange } = harness.database.databases;
    const subject = { type: 'cn.resident-id', value: harness.resident.residentId };
    const subjects = (await harness.keyRing.ledgerSecrets()).map((secret) => subjectIndex(secret, subject));
    expect(await subjectActs({ control }).keysOf(subjects)).toEqual([]);
    const acts = subjectActs({ control, subjectKeys: keys.databases });
    const kids = (await acts.keysOf(subjects)).map(({ kid }) => kid);
    expect(kids).toHaveLength(1);
    // The connection to the other database is lost between the two steps.
    const away = { ...keys.databases.control, query: async () => await Promise.reject(new Error('away')) };
    const crashing = subjectActs({ control, subjectKeys: { exchange, control: away } });
    const entry = { kind: 'shred', id: randomUUID(), kids } as const;
    await expect(crashing.shred({ entry, aside: [], subjects, wholly: true })).rejects.toThrow('away');
    expect((await acts.keysOf(subjects)).map(({ kid }) => kid)).toEqual(kids);
    const id = String(reply.headers['exchange-id']);
    expect(await acts.partsOf(id)).toMatchObject([{ kid: kids[0], key: undefined }]);
    await finishShredding({ control, subjectKeys: keys.databases });
    expect(await acts.keysOf(subjects)).toEqual([]);
    expect(await acts.find(subjects)).toEqual([]);
    expect(await control.query('select kid from ledger.shredding')).toEqual([]);
  } finally {
    // Its entry was made by hand and is not one of the gateway's.
    await harness.close().catch(() => {});
    await keys.close();
  }
});

it('is not released when the key of its subject cannot be had', async () => {
  const keys = await postgresDatabase();
  const harness = await startHarness({
    parts: ({ databases }) => ({ databases: { ...databases, subjectKeys: keys.databases } }),
  });
  try {
    await keys.tamper('revoke execute on all functions in schema ledger from shuqiao_exchange');
    const reply = await harness.call(about(harness.resident.residentId));
    expect(reply.problem()).toMatchObject({ status: 503, code: 'ledger.unwritable' });
    expect(await harness.entries()).toEqual([]);
  } finally {
    await harness.close();
    await keys.close();
  }
});
