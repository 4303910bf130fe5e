import type { JsonObject } from '../domain/json.ts';
import type { Plan } from '../domain/plan.ts';
import { queryFor } from './draw-query.ts';
import { recordDraw } from './draw-record.ts';
import type { RandomSource } from './seeded-random.ts';
import { UndrawableError } from './undrawable-error.ts';

/** A record, and a query of a consumer that it answers. */
export interface DrawnExchange {
  readonly record: JsonObject;
  readonly query: JsonObject;
}

const TRIES = 20;

/**
 * Exchanges under a plan with everybody in them made up; most of the records within its rows.
 * @param nowMs when they take place, in ms since 1970
 * @throws UndrawableError
 */
export function exchangeDraw(plan: Plan, nowMs: number): (random: RandomSource) => DrawnExchange {
  const { contract, grant } = plan;
  const draw = recordDraw(contract, nowMs);
  const within = new Map((grant.rows ?? []).map(({ path, equals }) => [path, equals]));
  return (random) => {
    for (let left = TRIES; ; left -= 1) {
      const record = draw(random, within);
      try {
        return { record, query: queryFor(plan, record, random) };
      } catch (error) {
        // A record may hold nothing where it would be found by; the next one does.
        if (!(error instanceof UndrawableError) || left <= 1) throw error;
      }
    }
  };
}
