import type { Clock } from '../../domain/clock.ts';
import type { FrozenThings } from '../../domain/freeze.ts';
import { STAGES } from '../../domain/observer.ts';
import { Problem } from '../../domain/problem.ts';
import { RELEASED_WITHIN_MS } from '../../domain/repeat.ts';
import { refuseFrozenCaller, refuseFrozenPlan } from '../refuse-frozen.ts';
import type { Recorded, Sealed, Stage } from '../states.ts';
import { type EnterNeeds, enter } from './enter.ts';

export interface RecordNeeds extends EnterNeeds {
  readonly freezes: FrozenThings;
}

const BEFORE_RECORD = STAGES.slice(0, STAGES.indexOf('record'));

/**
 * Enters the release. If we die after the commit and before the answer, the ledger says more than was released; if the
 * commit fails or its outcome is unknown, nothing is released. It never says less.
 */
export function record(needs: RecordNeeds): Stage<Sealed, Recorded> {
  const append = enter(needs);
  return async (sealed) => {
    const { plan, outputs, found, withheld, outgoing } = sealed;
    const fields = plan.fields.filter(({ output }) => outputs.includes(output)).map((field) => ({ ...field }));
    await refuseNow(sealed, needs);
    const receipt = await append(sealed, {
      outcome: 'released',
      stages: BEFORE_RECORD,
      details: { found, ...(withheld ? { withheld } : {}), fields, form: outgoing.form },
    });
    // The ledger then says more than was released; whoever repeated the request may have heard that nothing will be.
    await refuseNow(sealed, needs);
    return { ...sealed, receipt };
  };
}

/**
 * What was frozen while the source was asked, or while the entry was written, does not leave either; nor what was asked
 * under access that ended meanwhile, which is for an emergency and not to the end of what was begun.
 */
async function refuseNow(sealed: Sealed, { freezes, clock }: RecordNeeds): Promise<void> {
  const { breakGlass, validUntil } = sealed.grant;
  if (breakGlass !== undefined && clock.now() >= Date.parse(validUntil)) throw new Problem('grant.not-in-force');
  await refuseFrozenCaller(freezes, sealed);
  await refuseFrozenPlan(freezes, sealed.plan);
  refuseLate(sealed, clock);
}

function refuseLate({ receivedAt }: Sealed, clock: Clock): void {
  if (clock.now() - Date.parse(receivedAt) >= RELEASED_WITHIN_MS) throw new Problem('ledger.unwritable');
}
