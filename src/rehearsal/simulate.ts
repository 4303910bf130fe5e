import type { JsonObject } from '../domain/json.ts';
import type { Plan } from '../domain/plan.ts';
import type { ProblemCode, ProblemOutcome } from '../domain/problems.ts';
import type { Snapshot } from '../domain/snapshot.ts';
import type { Explanation } from '../review/explain.ts';
import { explainExchange } from '../review/explain-exchange.ts';
import { isKeyPath } from '../schema/form.ts';
import { type Found, foundAt } from './found-at.ts';
import { rehearse } from './rehearse.ts';

/** What a field holds at the source, what the consumer gets for it, and why. */
export interface SimulatedField extends Omit<Explanation, 'trace'> {
  readonly held: readonly Found[];
  readonly got: readonly Found[];
}

/** One exchange seen from both sides. */
export interface Simulated {
  readonly query: JsonObject;
  readonly record: JsonObject;
  readonly decision: 'released' | ProblemOutcome;
  /** Why nothing was released. */
  readonly code?: ProblemCode;
  /** What the consumer opens; null if there is no record for it, or nothing was released. */
  readonly data: JsonObject | null;
  /** One for each field of the contract, and one for each output; none if the record was not looked at. */
  readonly fields: readonly SimulatedField[];
}

export interface Simulating {
  readonly snapshot: Snapshot;
  /** One of the snapshot. */
  readonly plan: Plan;
  /** When the exchange takes place, in ms since 1970. */
  readonly nowMs: number;
  readonly record: JsonObject;
  readonly query: JsonObject;
}

/** What a consumer would get of a record: as the gateway itself decides it, and each field explained. */
export async function simulate({ snapshot, plan, nowMs, record, query }: Simulating): Promise<Simulated> {
  const { grant, contract } = plan;
  const [system = ''] = grant.consumer.systems;
  const call = { nowMs, system, contract: contract.id, purpose: grant.purpose, query, source: { record } };
  const came = await rehearse(snapshot, call);
  if (came.decision === 'released') {
    const { data } = came;
    return { query, record, decision: came.decision, data, fields: sidesOf(plan, { record, query, data, nowMs }) };
  }
  // Of what else stops an exchange the record is no part, and its fields explain nothing.
  const fields = came.code === 'treatment.unfit' ? sidesOf(plan, { record, query, data: null, nowMs }) : [];
  return { query, record, decision: came.decision, code: came.code, data: null, fields };
}

type Sides = Pick<Simulated, 'record' | 'query' | 'data'> & { readonly nowMs: number };

function sidesOf(plan: Plan, { nowMs, record, query, data }: Sides): readonly SimulatedField[] {
  return explainExchange(plan, { record, query, nowMs, wanted: undefined }).fields.map(({ trace: _, ...field }) => ({
    ...field,
    held: foundAt(record, field.path),
    got: field.output === undefined || data === null ? [] : gotAt(plan, field.output, { record, query, data, nowMs }),
  }));
}

/**
 * Where one output stands in what was released. Two variants may leave under the same keys and the constant that tells
 * them apart stay behind: so the record is projected once more for this output alone, and the places are the same.
 */
function gotAt(plan: Plan, output: string, { nowMs, record, query, data }: Sides): readonly Found[] {
  const path = output.replace(/\/=[^/]+/g, '');
  const alone = isKeyPath(output) ? data : plan.project({ record, query, nowMs, wanted: new Set([output]) });
  return foundAt(alone, path);
}
