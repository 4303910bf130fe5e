import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { Grant } from '../../src/domain/grant.ts';
import { STAGES } from '../../src/domain/observer.ts';
import type { Snapshot } from '../../src/domain/snapshot.ts';
import { breakGlassGrant } from '../../src/policy/break-glass-grant.ts';
import { grantFromText } from '../../src/policy/read-grant.ts';
import { breakGlass } from '../../src/store/break-glass.ts';
import { record } from '../support/fake-source.ts';
import { ACTS } from '../support/freezes.ts';
import { AGENT_DESK, exampleResident, type Harness, startHarness } from '../support/harness.ts';
import { expectEntered, expectProblem } from '../support/problems.ts';

const WORDS = { officer: 'officer-c', approvers: ['approver-a', 'approver-b'], reason: 'flood, ticket 4711' };
const A_SECOND_MS = 1000;
const HOUR_MS = 3_600_000;
const DRAFT = {
  id: 'find-the-missing',
  consumer: { department: 'hotline', systems: [AGENT_DESK] },
  contract: 'public-security.resident-identity.v1',
  purpose: 'open-a-shop',
  parameters: ['residentId', 'name'],
  fields: [{ path: '/status', treatment: 'keep', justification: 'To know who is still looked for.' }],
  validFrom: '2020-01-01T00:00:00+08:00',
  validUntil: '2020-01-02T00:00:00+08:00',
};
const query = { residentId: exampleResident().residentId };
const CALL = { system: AGENT_DESK, body: { purpose: 'open-a-shop', query } };

let harness: Harness;
let other: Harness;
/** How far the clock of the first gateway is moved on. */
let movedOn = 0;
beforeAll(async () => {
  harness = await startHarness({
    parts: ({ snapshot }) => ({
      snapshot: forEmergencies(snapshot),
      clock: { now: () => Date.now() + movedOn },
    }),
  });
  other = await startHarness({
    database: async () => ({ ...harness.database, close: async () => {} }),
    parts: ({ snapshot }) => ({ snapshot: forEmergencies(snapshot) }),
  });
});
afterAll(async () => {
  await other.close();
  await harness.close();
});

/** With one purpose that access may be opened for. */
function forEmergencies(snapshot: Snapshot): Snapshot {
  const purposes = [...snapshot.purposes.values()].map((purpose) =>
    purpose.id === 'open-a-shop' ? { ...purpose, breakGlassHours: 4 } : purpose,
  );
  return { ...snapshot, purposes: new Map(purposes.map((purpose) => [purpose.id, purpose])) };
}

function grantOf(over: object = {}, hours = 2): Grant {
  const draft = grantFromText(JSON.stringify({ ...DRAFT, ...over }));
  if (draft === undefined) throw new Error('no draft');
  const now = Date.now();
  return breakGlassGrant(draft, {
    id: randomUUID(),
    validFrom: new Date(now),
    validUntil: new Date(now + hours * HOUR_MS),
  });
}

const kept = () => breakGlass(harness.database.databases.control, ACTS);
/** Open in every gateway; the sleep is the second that it may take. */
async function opened(grant = grantOf()): Promise<string> {
  await kept().open({ grant, ...WORDS });
  await pause(A_SECOND_MS);
  return grant.breakGlass ?? '';
}
const close = async (id: string) => {
  expect(await kept().close(id, { officer: 'anybody', reason: 'over' })).toBe(true);
  await pause(A_SECOND_MS);
};

describe('access in an emergency', () => {
  it('is there within a second in every gateway, marked in every entry, counted, and gone when it is closed', async () => {
    expectProblem(await harness.call(CALL), 'grant.missing');
    const id = await opened();
    for (const gateway of [harness, other]) expect((await gateway.call(CALL)).status).toBe(200);
    const entries = (await harness.entries()).filter((entry) => entry['breakGlass'] === id);
    expect(entries.map(({ kind, act, outcome }) => [kind, act ?? outcome])).toEqual([
      ['break-glass', 'open'],
      ['exchange', 'released'],
      ['exchange', 'released'],
    ]);
    expect(JSON.stringify(entries)).not.toMatch(/officer-c|approver-|4711/);
    expect(await harness.metrics()).toMatch(/^shuqiao_break_glass_exchanges_total\{outcome="released"\} 1$/m);
    const lines = harness.log.map((line) => JSON.parse(line) as Record<string, unknown>);
    for (const event of ['break-glass-opened', 'break-glass-used'])
      expect(lines).toContainEqual(expect.objectContaining({ level: 'warn', event, breakGlass: id }));
    await close(id);
    for (const gateway of [harness, other]) expectProblem(await gateway.call(CALL), 'grant.missing');
    const [ended] = await kept().list('ended');
    expect(ended).toMatchObject({ id, ...WORDS, uses: [{ outcome: 'released' }, { outcome: 'released' }] });
    expect(await kept().list('open')).toEqual([]);
    expect(await kept().close(id, { officer: 'anybody', reason: 'again' })).toBe(false);
  });

  it('ends by the clock of the gateway, also for what was begun before', async () => {
    const id = await opened(grantOf({}, 0.5));
    const before = harness.source.asked.length;
    harness.source.behave((req, res, asked) => {
      movedOn = HOUR_MS / 2;
      record(exampleResident())(req, res, asked);
    });
    expectProblem(await harness.call(CALL), 'grant.not-in-force');
    expect(harness.source.asked.length).toBe(before + 1);
    expectProblem(await harness.call(CALL), 'grant.not-in-force');
    expect(harness.source.asked.length).toBe(before + 1);
    // The other goes by its own.
    expect((await other.call(CALL)).status).toBe(200);
    movedOn = 0;
    await close(id);
  });

  it('does not leave once it is closed while its source is asked', async () => {
    const id = await opened();
    harness.source.behave((req, res, asked) => setTimeout(() => record(exampleResident())(req, res, asked), 1200));
    const before = harness.source.asked.length;
    const answering = harness.call(CALL);
    await vi.waitFor(() => expect(harness.source.asked.length).toBe(before + 1));
    expect(await kept().close(id, { officer: 'anybody', reason: 'over' })).toBe(true);
    const stages = STAGES.slice(0, STAGES.indexOf('record'));
    const entry = await expectEntered(harness, await answering, { code: 'grant.frozen', stages });
    expect(entry['breakGlass']).toBe(id);
    harness.source.behave(record(exampleResident()));
    await pause(A_SECOND_MS);
  });

  it.for<[string, object, number]>([
    [
      'a field beyond what its floor and ceilings allow',
      { fields: [{ path: '/residentId', treatment: 'keep', justification: 'x' }] },
      2,
    ],
    ['a purpose that is none for emergencies', { purpose: 'survivor-benefit' }, 2],
    ['longer than its purpose allows', {}, 5],
  ])('with %s is in force in no gateway, whoever put it into the database', async ([_what, over, hours]) => {
    const id = await opened(grantOf(over, hours));
    const purpose = 'purpose' in over ? String(over.purpose) : 'open-a-shop';
    expectProblem(await harness.call({ ...CALL, body: { purpose, query } }), 'grant.missing');
    const lines = harness.log.map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(lines).toContainEqual(expect.objectContaining({ event: 'break-glass-refused', breakGlass: id }));
    expect(await kept().close(id, { officer: 'anybody', reason: 'over' })).toBe(true);
  });

  it('is not opened by fewer than three, or for longer than a day, whatever the command says', async () => {
    const broken = { code: '23514' };
    for (const over of [
      { approvers: ['a', 'A'] },
      { approvers: ['a', 'officer-C'] },
      { approvers: ['a'] },
      { grant: grantOf({}, 25) },
    ])
      await expect(kept().open({ grant: grantOf(), ...WORDS, ...over })).rejects.toMatchObject(broken);
    const { exchange } = harness.database.databases;
    await expect(breakGlass(exchange, ACTS).open({ grant: grantOf(), ...WORDS })).rejects.toMatchObject({
      code: '42501',
    });
  });
});
