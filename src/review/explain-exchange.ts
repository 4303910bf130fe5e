import type { JsonObject } from '../domain/json.ts';
import type { Became, Plan } from '../domain/plan.ts';
import { Problem } from '../domain/problem.ts';
import { type Explanation, explainPlan } from './explain.ts';
import type { Reason } from './reasons.ts';

export interface Exchanged {
  readonly record: JsonObject | null;
  readonly query: JsonObject;
  readonly nowMs: number;
  readonly wanted: ReadonlySet<string> | undefined;
}

export interface ExchangeExplanation {
  readonly fields: readonly Explanation[];
  /** What would be released; null for no record, undefined if a value that does not fit stops everything. */
  readonly released: JsonObject | null | undefined;
}

/** What becomes of each field in one exchange: for each of them one reason, and never a value. */
export function explainExchange(plan: Plan, { record, query, nowMs, wanted }: Exchanged): ExchangeExplanation {
  const explain = (reasonOf: (output: string) => Reason | undefined): readonly Explanation[] =>
    explainPlan(plan).map((field) => {
      if (field.output === undefined) return field;
      if (wanted?.has(field.output) === false) return { ...field, reason: 'NOT_ASKED' };
      return { ...field, reason: reasonOf(field.output) ?? field.reason };
    });
  if (record === null) return { released: null, fields: explain(() => 'NO_RECORD') };
  if (!plan.covers(record)) return { released: null, fields: explain(() => 'ROW_OUTSIDE') };
  const became = new Map<string, ReadonlySet<Became>>();
  const witness = (output: string, what: Became): unknown =>
    became.set(output, new Set([...(became.get(output) ?? []), what]));
  try {
    const released = plan.project({ record, query, nowMs, wanted, witness });
    return { released, fields: explain((output) => worst(became.get(output))) };
  } catch (error) {
    if (!(error instanceof Problem) || error.code !== 'treatment.unfit') throw error;
    return {
      released: undefined,
      fields: explain((output) => (became.get(output)?.has('unfit') === true ? 'MISMATCH_FAILED' : 'WITH_ANOTHER')),
    };
  }
}

/** Of a field that stands in every item of a list, what went wrong with any of them. */
function worst(became: ReadonlySet<Became> | undefined): Reason | undefined {
  if (became === undefined) return 'NO_VALUE';
  if (became.has('redacted')) return 'MISMATCH_REDACTED';
  if (became.has('dropped')) return 'MISMATCH_DROPPED';
  return became.has('released') ? undefined : 'NO_VALUE';
}
