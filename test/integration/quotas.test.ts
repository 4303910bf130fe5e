import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Limits, limitsOf } from '../../src/domain/quota.ts';
import { type Call, type MeterReading, type Quotas, WATCHED_BITS } from '../../src/domain/quotas.ts';
import { openDatabases } from '../../src/store/open-databases.ts';
import { quotas } from '../../src/store/quotas.ts';
import { embeddedDatabase, postgresDatabase, type TestDatabase } from '../support/database.ts';
import { PLENTY } from '../support/quotas.ts';

type Some = { readonly [Name in keyof Limits]?: Partial<Limits[Name]> };

const bit = (text: string): number => createHash('sha256').update(text).digest().readUInt32BE() % WATCHED_BITS;
const digest = (text: string): Uint8Array => Uint8Array.from(createHash('sha256').update(text).digest());
const metered = (limits: Some, grant = 'a-grant') => ({
  grant,
  system: 'a.system',
  contract: 'a.contract.v1',
  limits: limitsOf(limits, PLENTY),
  timeZone: PLENTY.timeZone,
});
const callOf = (limits: Some, more: Partial<Call> = {}): Call => ({
  ...metered(limits),
  question: undefined,
  places: [],
  ...more,
});
const about = (subject: string, near: readonly string[] = []): Pick<Call, 'places'> => ({
  places: [{ subject: bit(subject), near: near.map((shared) => bit(`near ${shared}`)) }],
});
const asking = (subject: string, question: string): Pick<Call, 'question'> => ({
  question: { subjects: [digest(subject)], digest: digest(question) },
});
const many = async <T>(count: number, make: (at: number) => Promise<T>): Promise<readonly T[]> =>
  await Promise.all(Array.from({ length: count }, async (_, at) => await make(at)));
const passed = (readings: readonly MeterReading[]): number =>
  readings.filter(({ refused }) => refused === undefined).length;
const leftOf = ({ states }: MeterReading, name: string): number | undefined =>
  states.find((state) => state.name === name)?.left;
const signalsOf = (readings: readonly MeterReading[]): readonly string[] =>
  readings.flatMap(({ alarms }) => alarms.map(({ signal }) => signal));

const OPEN = [
  ['PostgreSQL', postgresDatabase],
  ['the embedded database', embeddedDatabase],
] as const;

describe.each(OPEN)('quotas in %s', (_name, open) => {
  let database: TestDatabase;
  let one: Quotas;
  beforeAll(async () => {
    database = await open();
    one = quotas(database.databases.exchange);
  });
  beforeEach(async () => await database.tamper('truncate quota.usage, quota.asked, quota.watch'));
  afterAll(async () => await database.close());

  it('let as many calls of a day through as the grant has, and say what is left', async () => {
    const limits = { quota: { callsPerDay: 5 } };
    const readings = await many(12, async () => await one.take(callOf(limits)));
    expect(passed(readings)).toBe(5);
    const last = await one.take(callOf(limits));
    expect(last.refused).toMatchObject({ over: 'calls' });
    expect(last.refused?.retryAfterSeconds).toBeGreaterThan(0);
    expect(last.refused?.retryAfterSeconds).toBeLessThanOrEqual(86_400);
    expect(leftOf(last, 'calls')).toBe(0);
    expect(leftOf(readings[0] ?? last, 'calls')).toBe(4);
    expect(passed([await one.take(callOf(limits, { grant: 'another-grant' }))])).toBe(1);
  });

  it('begin the day again when the database’s calendar does, and not when its clock is set back', async () => {
    const limits = { quota: { callsPerDay: 1 } };
    await one.take(callOf(limits));
    expect((await one.take(callOf(limits))).refused?.over).toBe('calls');
    await database.tamper('update quota.usage set day = day + 1');
    expect((await one.take(callOf(limits))).refused?.over).toBe('calls');
    await database.tamper('update quota.usage set day = day - 2');
    expect((await one.take(callOf(limits))).refused).toBeUndefined();
    expect((await one.take(callOf(limits))).refused?.over).toBe('calls');
  });

  it('let a burst through and then the rate, and count nothing that they refuse', async () => {
    const limits = { quota: { burst: 4, callsPerSecond: 1 } };
    const readings = await many(10, async () => await one.take(callOf(limits)));
    expect(passed(readings)).toBe(4);
    const over = readings.find(({ refused }) => refused !== undefined);
    expect(over?.refused).toEqual({ over: 'rate', retryAfterSeconds: 1 });
    expect(over === undefined ? undefined : leftOf(over, 'calls')).toBe(PLENTY.default.quota.callsPerDay - 4);
    // As it will be in two seconds.
    await database.tamper(`update quota.usage set even_at = even_at - interval '2 seconds'`);
    expect(passed(await many(10, async () => await one.take(callOf(limits))))).toBe(2);
  });

  it('let records and bytes of a day leave up to the last one, and ask nobody after that', async () => {
    const limits = { quota: { recordsPerDay: 3, bytesPerDay: 1000 } };
    const settle = async (records: 0 | 1, bytes: number) => await one.settle({ ...metered(limits), records, bytes });
    expect((await settle(1, 600)).refused).toBeUndefined();
    expect((await settle(1, 500)).refused?.over).toBe('bytes');
    expect(leftOf(await settle(0, 0), 'bytes')).toBe(400);
    expect(passed(await many(8, async () => await settle(1, 10)))).toBe(2);
    expect((await one.take(callOf(limits))).refused?.over).toBe('records');
    expect(leftOf(await settle(0, 0), 'records')).toBe(0);
  });

  it('let as many different questions about one subject through as are allowed, and each of them again', async () => {
    const limits = { probing: { questions: 3, windowSeconds: 3600 } };
    const ask = async (subject: string, question: string) => await one.take(callOf(limits, asking(subject, question)));
    expect(passed(await many(9, async (at) => await ask('she', `is she called ${at}`)))).toBe(3);
    const refused = await ask('she', 'another');
    expect(refused.refused).toMatchObject({ over: 'probing' });
    expect(refused.refused?.retryAfterSeconds).toBeGreaterThan(3590);
    expect(passed(await many(9, async (at) => await ask('she', `is she called ${at}`)))).toBe(3);
    expect((await ask('he', 'another')).refused).toBeUndefined();
    // Each counts for as long as the window, and goes by itself.
    await database.tamper(
      `update quota.asked set untils[1] = clock_timestamp() - interval '1 second' where cardinality(questions) = 3`,
    );
    expect((await ask('she', 'another')).refused).toBeUndefined();
    expect((await ask('she', 'one more')).refused?.over).toBe('probing');
  });

  it('count a question about several subjects for each of them', async () => {
    const limits = { probing: { questions: 1, windowSeconds: 60 } };
    const both = { question: { subjects: [digest('a'), digest('b')], digest: digest('x') } };
    expect((await one.take(callOf(limits, both))).refused).toBeUndefined();
    expect((await one.take(callOf(limits, asking('b', 'y')))).refused?.over).toBe('probing');
  });

  it('keep no row of what is long over', async () => {
    await one.take(callOf({}, { ...asking('she', 'x'), ...about('she') }));
    await database.tamper(`
      update quota.usage set day = day - 30;
      update quota.asked set until = until - interval '1 day', untils = array[clock_timestamp() - interval '1 day'];
      update quota.watch set since = since - interval '3 days'`);
    await one.take(callOf({}, { grant: 'b', system: 'b.b', ...asking('he', 'x'), ...about('he') }));
    await database.tamper(`do $$ begin
      if (select count(*) from quota.usage) + (select count(*) from quota.asked) + (select count(*) from quota.watch) <> 3 then
        raise exception 'kept % % %', (select count(*) from quota.usage), (select count(*) from quota.asked), (select count(*) from quota.watch);
      end if;
    end $$`);
  });

  it('raise one alarm for far more subjects than expected, and another only after an hour', async () => {
    const limits = { enumeration: { subjectsPerHour: 20, timesExpected: 2 } };
    const ask = async (prefix: string) =>
      await many(60, async (at) => await one.take(callOf(limits, about(`${prefix} ${at}`))));
    const readings = await ask('somebody');
    expect(signalsOf(readings)).toEqual(['bulk']);
    const [alarm] = readings.flatMap(({ alarms }) => alarms);
    expect(alarm).toMatchObject({ system: 'a.system', contract: 'a.contract.v1', grant: 'a-grant' });
    expect(alarm?.counts.subjects).toBeGreaterThan(40);
    expect(alarm?.counts.subjects).toBeLessThan(60);
    if (alarm !== undefined) await one.entered(alarm);
    expect(signalsOf(await ask('somebody else'))).toEqual([]);
    await database.tamper(`update quota.watch set since = since - interval '1 hour'`);
    expect(signalsOf(await ask('somebody'))).toEqual(['bulk']);
  });

  it('raise an alarm again that nobody entered', async () => {
    const limits = { enumeration: { subjectsPerHour: 1, timesExpected: 1 } };
    const ask = async (at: number) => signalsOf([await one.take(callOf(limits, about(`somebody ${at}`)))]);
    expect([await ask(1), await ask(2), await ask(3)]).toEqual([[], ['bulk'], []]);
    await database.tamper(`update quota.watch set raised_at = raised_at - interval '11 seconds'`);
    expect([await ask(4), await ask(5)]).toEqual([['bulk'], []]);
  });

  it('raise none for one who asks about the same few again and again', async () => {
    const limits = { enumeration: { subjectsPerHour: 20, timesExpected: 2, neighboursPerHour: 5 } };
    const readings = await many(100, async (at) => await one.take(callOf(limits, about(`${at % 15}`, [`${at % 15}`]))));
    expect(signalsOf(readings)).toEqual([]);
  });

  it('raise one for subjects that are close to one another, and none for as many that are not', async () => {
    const limits = { enumeration: { neighboursPerHour: 20 } };
    const apart = await many(200, async (at) => await one.take(callOf(limits, about(`${at}`, [`a ${at}`, `b ${at}`]))));
    expect(signalsOf(apart)).toEqual([]);
    await database.tamper('truncate quota.watch');
    const row = await many(40, async (at) => await one.take(callOf(limits, about(`${at}`, ['one day', `end ${at}`]))));
    expect(signalsOf(row)).toEqual(['sequential']);
  });

  it('raise one for many answers without a record, and none where they are few among many', async () => {
    const limits = { enumeration: { absentPerHour: 10, absentPercent: 50 } };
    const settle = async (records: 0 | 1) => await one.settle({ ...metered(limits), records, bytes: records });
    await many(30, async () => await settle(1));
    expect(signalsOf(await many(29, async () => await settle(0)))).toEqual([]);
    expect(signalsOf(await many(5, async () => await settle(0)))).toEqual(['absent']);
  });
});

describe('quotas of several gateways on one database', () => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await postgresDatabase();
  });
  afterAll(async () => await database.close());

  const gateways = async <T>(count: number, work: (all: readonly Quotas[]) => Promise<T>): Promise<T> => {
    const opened = await many(
      count,
      async () =>
        await openDatabases({ url: database.url, embeddedDir: '', maxConnections: 3, statementTimeoutMs: 10_000 }),
    );
    try {
      return await work(opened.map(({ exchange }) => quotas(exchange)));
    } finally {
      await Promise.all(opened.map(async ({ close }) => await close()));
    }
  };

  // Each call is of a system of its own, so that nothing but the grant's row, or the subject's, puts them in order.
  it('never let more of a grant through together than one would, in whatever order they ask', async () => {
    await gateways(4, async (all) => {
      let run = 0;
      await fc.assert(
        fc.asyncProperty(
          fc.record({ calls: fc.integer({ min: 1, max: 30 }), burst: fc.integer({ min: 1, max: 30 }) }),
          fc.integer({ min: 1, max: 20 }),
          fc.array(fc.record({ gateway: fc.nat(3), grant: fc.nat(1) }), { minLength: 20, maxLength: 60 }),
          async ({ calls, burst }, records, asked) => {
            run += 1;
            const limits = { quota: { callsPerDay: calls, burst, callsPerSecond: 1, recordsPerDay: records } };
            const startedAt = performance.now();
            const done = await Promise.all(
              asked.map(async ({ gateway, grant }, at) => {
                const its = { ...metered(limits, `run-${run}-${grant}`), system: `s.s-${run}-${at}` };
                const taken = await all[gateway]?.take({ ...its, question: undefined, places: [] });
                const over = taken?.refused?.over;
                const left =
                  over === undefined ? await all[gateway]?.settle({ ...its, records: 1, bytes: 1 }) : undefined;
                return { grant, over, released: left !== undefined && left.refused === undefined };
              }),
            );
            const elapsed = (performance.now() - startedAt) / 1000;
            for (const grant of [0, 1]) {
              const its = done.filter((one) => one.grant === grant);
              const taken = its.filter(({ over }) => over === undefined).length;
              expect(taken).toBeLessThanOrEqual(Math.min(calls, burst + Math.ceil(elapsed)));
              expect(its.filter(({ released }) => released).length).toBeLessThanOrEqual(records);
              // Nothing is refused as long as there is some left.
              if (its.some(({ over }) => over === 'rate' || over === 'calls'))
                expect(taken).toBeGreaterThanOrEqual(Math.min(calls, burst));
            }
          },
        ),
        { numRuns: 15 },
      );
    });
  });

  it('never let more questions about a subject through, whatever grants they are of', async () => {
    await gateways(4, async (all) => {
      let run = 0;
      await fc.assert(
        fc.asyncProperty(
          fc.integer({ min: 1, max: 5 }),
          fc.array(fc.record({ gateway: fc.nat(3), subjects: fc.subarray(['a', 'b', 'c']), question: fc.nat(9) }), {
            minLength: 20,
            maxLength: 60,
          }),
          async (questions, asked) => {
            run += 1;
            const limits = { probing: { questions, windowSeconds: 3600 } };
            const done = await Promise.all(
              asked.map(async ({ gateway, subjects, question }, at) => {
                const its = { ...metered(limits, `run-${run}-${at}`), system: `q.s-${run}-${at}` };
                const digests = subjects.map((subject) => digest(`run ${run} subject ${subject}`));
                const asking = { subjects: digests, digest: digest(`${question}`) };
                const taken = await all[gateway]?.take({ ...its, question: asking, places: [] });
                return { subjects, question, over: taken?.refused?.over };
              }),
            );
            for (const subject of ['a', 'b', 'c']) {
              const allowed = done.filter((one) => one.subjects.includes(subject) && one.over === undefined);
              expect(new Set(allowed.map(({ question }) => question)).size).toBeLessThanOrEqual(questions);
            }
          },
        ),
        { numRuns: 15 },
      );
    });
  });

  it('raise an alarm in one of them only', async () => {
    const limits = { enumeration: { subjectsPerHour: 50, timesExpected: 1 } };
    const readings = await gateways(
      3,
      async (all) => await many(150, async (at) => await all[at % 3]?.take(callOf(limits, about(`somebody ${at}`)))),
    );
    expect(signalsOf(readings.flatMap((reading) => reading ?? []))).toEqual(['bulk']);
  });

  it('are what they were after a restart', async () => {
    const limits = { quota: { callsPerDay: 3 } };
    const its = { grant: 'restarted' };
    await gateways(1, async ([first]) => await many(3, async () => await first?.take(callOf(limits, its))));
    const [after] = await gateways(1, async ([second]) => [await second?.take(callOf(limits, its))]);
    expect(after?.refused?.over).toBe('calls');
  });

  it('refuse when the database cannot be asked', async () => {
    const [url] = [new URL(database.url ?? '')];
    url.port = '1';
    const away = await openDatabases({ url: url.href, embeddedDir: '', maxConnections: 1, statementTimeoutMs: 500 });
    await expect(quotas(away.exchange).take(callOf({}))).rejects.toMatchObject({ code: 'ledger.unwritable' });
    await expect(quotas(away.exchange).settle({ ...metered({}), records: 1, bytes: 1 })).rejects.toMatchObject({
      code: 'ledger.unwritable',
    });
    await away.close();
  });
});
