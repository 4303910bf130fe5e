import type { Clock } from '../../domain/clock.ts';
import { Problem } from '../../domain/problem.ts';
import type { Projected, Stage, Validated } from '../states.ts';

/** Only the fields of the plan, only as precisely as it says; checked against the derived schema on the way out. */
export function project({ clock }: { readonly clock: Clock }): Stage<Validated, Projected> {
  return async ({ record, asked, ...known }) => {
    const { plan } = known;
    const { query, wanted } = asked;
    const outputs = plan.fields.map(({ output }) => output).filter((output) => wanted?.has(output) ?? true);
    if (record === null) return { ...known, outputs, released: null, withheld: false };
    // As if there were none: that there is one outside its rows is not for the consumer to learn.
    if (!plan.covers(record)) return { ...known, outputs, released: null, withheld: true };
    const released = plan.project({ record, query, nowMs: clock.now(), wanted });
    const errors = plan.checkReleased(released, wanted !== undefined);
    if (errors.length > 0) throw new Problem('answer.invalid', { errors });
    return { ...known, outputs, released, withheld: false };
  };
}
