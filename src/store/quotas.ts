import { ALARM_SIGNALS, type Alarm, type AlarmCounts } from '../domain/alarm.ts';
import {
  type Call,
  type Metered,
  type MeterReading,
  QUOTA_NAMES,
  type QuotaState,
  type Quotas,
  type Refusing,
  type Settling,
} from '../domain/quotas.ts';
import { isDataFault } from './append-batch.ts';
import { type Database, translated } from './database.ts';
import { groupCommit } from './group-commit.ts';

const GROUP = { maxBatch: 64, maxWaiting: 2048, maxWaitMs: 1000, isFaultOfOne: isDataFault };
const DAY_SECONDS = 86_400;

/**
 * Calls that come while a statement is under way are counted by the next, all in one: the row of a busy grant is locked
 * once for all of them. Nothing is counted here that is not in the database.
 */
export function quotas(database: Database): Quotas {
  const take = groupCommit<string, TakenRow>(
    async (items) => await database.query<TakenRow>('select * from quota.take($1)', [`[${items.join()}]`]),
    GROUP,
  );
  const settle = groupCommit<string, SettledRow>(
    async (items) => await database.query<SettledRow>('select * from quota.settle($1)', [`[${items.join()}]`]),
    GROUP,
  );
  return {
    take: async (call) => takenOf(call, await translated(take(JSON.stringify(takeItem(call))))),
    settle: async (answer) => settledOf(answer, await translated(settle(JSON.stringify(settleItem(answer))))),
    entered: async ({ system, contract, signal }) => {
      await translated(database.query('select quota.alarm_entered($1, $2, $3)', [system, contract, signal]));
    },
  };
}

interface Row {
  readonly verdict: string;
  readonly day_seconds: number;
  readonly signals: readonly string[];
  readonly counts: AlarmCounts | null;
}

interface TakenRow extends Row {
  readonly retry_seconds: number;
  readonly rate_left: number;
  readonly rate_seconds: number;
  readonly calls_left: string | number;
}

interface SettledRow extends Row {
  readonly records_left: string | number;
  readonly bytes_left: string | number;
}

function takeItem({ grant, system, contract, limits, timeZone, question, places }: Call): object {
  const { quota, probing, enumeration } = limits;
  return {
    grant,
    system,
    contract,
    zone: timeZone,
    perSecond: quota.callsPerSecond,
    burst: quota.burst,
    calls: quota.callsPerDay,
    records: quota.recordsPerDay,
    bytes: quota.bytesPerDay,
    ...(question === undefined
      ? {}
      : {
          probing: {
            subjects: question.subjects.map(base64),
            question: base64(question.digest),
            most: probing.questions,
            seconds: probing.windowSeconds,
          },
        }),
    places,
    mostSubjects: enumeration.subjectsPerHour * enumeration.timesExpected,
    mostNeighbours: enumeration.neighboursPerHour,
  };
}

function settleItem({ grant, system, contract, limits, timeZone, records, bytes }: Settling): object {
  const { quota, enumeration } = limits;
  return {
    grant,
    system,
    contract,
    zone: timeZone,
    records,
    bytes,
    mostRecords: quota.recordsPerDay,
    mostBytes: quota.bytesPerDay,
    mostAbsent: enumeration.absentPerHour,
    absentPercent: enumeration.absentPercent,
  };
}

function takenOf(call: Call, row: TakenRow): MeterReading {
  const { callsPerSecond, burst, callsPerDay } = call.limits.quota;
  const windowSeconds = Math.ceil(burst / callsPerSecond);
  return {
    refused: refusing(row, row.retry_seconds),
    states: [
      { name: 'rate', most: burst, windowSeconds, left: row.rate_left, resetSeconds: row.rate_seconds },
      { name: 'calls', most: callsPerDay, left: Number(row.calls_left), ...ofDay(row) },
    ],
    alarms: alarmsOf(call, row),
  };
}

function settledOf(answer: Settling, row: SettledRow): MeterReading {
  const { recordsPerDay, bytesPerDay } = answer.limits.quota;
  return {
    refused: refusing(row, row.day_seconds),
    states: [
      { name: 'records', most: recordsPerDay, left: Number(row.records_left), ...ofDay(row) },
      { name: 'bytes', most: bytesPerDay, left: Number(row.bytes_left), ...ofDay(row) },
    ],
    alarms: alarmsOf(answer, row),
  };
}

function ofDay({ day_seconds: resetSeconds }: Row): Pick<QuotaState, 'windowSeconds' | 'resetSeconds'> {
  return { windowSeconds: DAY_SECONDS, resetSeconds };
}

function refusing({ verdict }: Row, retryAfterSeconds: number): Refusing | undefined {
  if (verdict === 'taken') return undefined;
  const over = [...QUOTA_NAMES, 'probing' as const].find((name) => name === verdict);
  if (over === undefined) throw new TypeError('the quotas answered something that is not known');
  return { over, retryAfterSeconds };
}

function alarmsOf({ system, contract, grant }: Metered, { signals, counts }: Row): readonly Alarm[] {
  if (counts === null) return [];
  return ALARM_SIGNALS.filter((signal) => signals.includes(signal)).map((signal) => ({
    signal,
    system,
    contract,
    grant,
    counts,
  }));
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64');
}
