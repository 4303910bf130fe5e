import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { loadSnapshot } from '../../src/plan/load-snapshot.ts';
import { copyOf, type Edit, set } from '../contracts/broken-copy.ts';
import { record, status } from '../support/fake-source.ts';
import { exampleResident, type Harness, type Reply, startHarness } from '../support/harness.ts';
import { canaries, expectNoneOf } from '../support/problems.ts';

const GRANT = 'policies/grants/open-a-shop-identity.json';
const resident = exampleResident();

async function start(...edits: readonly Edit[]): Promise<Harness> {
  const root = copyOf(...edits);
  const harness = await startHarness({
    parts: ({ keyRing }) => ({
      snapshot: loadSnapshot(
        { contractsDir: join(root, 'contracts'), policiesDir: join(root, 'policies') },
        keyRing.treatmentKeys(),
      ),
    }),
  });
  onTestFinished(async () => await harness.close());
  return harness;
}

const rows = (...conditions: readonly { path: string; equals: string[] }[]): Edit => set(GRANT, '/rows', conditions);

describe('a grant for some rows only', () => {
  const limited = async (): Promise<Harness> =>
    await start(rows({ path: '/status', equals: ['正常', '注销'] }, { path: '/sex', equals: ['男', '女'] }));

  it('releases a record that every condition holds for', async () => {
    const harness = await limited();
    expect((await (await harness.call()).open())['data']).toMatchObject({ status: '正常' });
    expect((await harness.entries()).at(-1)).not.toHaveProperty('withheld');
  });

  it('answers a record outside them as one that the source does not have, to the last byte that can be compared', async () => {
    const harness = await limited();
    const dead = record({ ...resident, status: '死亡' });
    const outside = await answered(harness, dead);
    const none = await answered(harness, status(204));
    const shapeOf = ({ status, headers, body }: Reply): object => ({
      status,
      headers: Object.keys(headers),
      length: body.length,
    });
    expect(await outside.open()).toMatchObject({ data: null });
    expect(shapeOf(outside)).toEqual(shapeOf(none));
  });

  it('tells the ledger, and nobody else, that there was one', async () => {
    const harness = await limited();
    const reply = await answered(harness, record({ ...resident, status: '死亡' }));
    const entry = (await harness.entries()).at(-1);
    expect(entry).toMatchObject({ outcome: 'released', found: false, withheld: true });
    expectNoneOf([reply.body, JSON.stringify(entry), ...harness.log], canaries());
    await answered(harness, status(204));
    expect((await harness.entries()).at(-1)).toMatchObject({ outcome: 'released', found: false });
    expect((await harness.entries()).at(-1)).not.toHaveProperty('withheld');
  });
});

describe('a condition on a field with a meaning', () => {
  it('holds for every spelling of the value that it names', async () => {
    const fullWidth = Array.from(resident.residentId, (c) => String.fromCodePoint(c.charCodeAt(0) + 0xfee0)).join('');
    const harness = await start(rows({ path: '/residentId', equals: [fullWidth] }));
    expect((await (await harness.call()).open())['data']).not.toBeNull();
  });

  it('holds for no null', async () => {
    const harness = await start(rows({ path: '/mobile', equals: [resident.mobile ?? ''] }));
    expect((await (await harness.call()).open())['data']).not.toBeNull();
    expect((await (await answered(harness, record({ ...resident, mobile: null }))).open())['data']).toBeNull();
  });
});

async function answered(harness: Harness, behaviour: ReturnType<typeof record>): Promise<Reply> {
  harness.source.behave(behaviour);
  try {
    const reply = await harness.call();
    expect(reply.status).toBe(200);
    return reply;
  } finally {
    harness.source.behave(record(resident));
  }
}
