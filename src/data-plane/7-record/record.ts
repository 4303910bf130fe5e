import type { Clock } from '../../domain/clock.ts';
import type { LedgerWriter } from '../../domain/ledger-entry.ts';
import { STAGES } from '../../domain/observer.ts';
import { Problem } from '../../domain/problem.ts';
import { RELEASED_WITHIN_MS } from '../../domain/repeat.ts';
import type { Recorded, Sealed, Stage } from '../states.ts';
import { entryOf } from './entry.ts';

export interface RecordNeeds {
  readonly ledger: LedgerWriter;
  readonly clock: Clock;
}

const BEFORE_RECORD = STAGES.slice(0, STAGES.indexOf('record'));

/**
 * Enters the release. If we die after the commit and before the answer, the ledger says more than was released; if the
 * commit fails or its outcome is unknown, nothing is released. It never says less.
 */
export function record({ ledger, clock }: RecordNeeds): Stage<Sealed, Recorded> {
  return async (sealed) => {
    const { plan, outputs, digests, recorded, found, withheld, outgoing } = sealed;
    const fields = plan.fields.filter(({ output }) => outputs.includes(output)).map((field) => ({ ...field }));
    const { requestBytes, case: matter, officer, ledgerKid } = recorded;
    const entry = entryOf(sealed, {
      outcome: 'released',
      decidedAt: new Date(clock.now()).toISOString(),
      stages: BEFORE_RECORD,
      details: {
        found,
        ...(withheld ? { withheld } : {}),
        fields,
        form: outgoing.form,
        digests,
        sizes: { request: requestBytes, answer: outgoing.body.length },
        ...(matter === undefined ? {} : { case: matter }),
        ...(officer === undefined ? {} : { officer }),
        ...(matter === undefined && officer === undefined ? {} : { digestedWith: ledgerKid }),
      },
    });
    refuseLate(sealed, clock);
    const receipt = await ledger.append(entry);
    // The ledger then says more than was released; whoever repeated the request may have heard that nothing will be.
    refuseLate(sealed, clock);
    return { ...sealed, receipt };
  };
}

function refuseLate({ receivedAt }: Sealed, clock: Clock): void {
  if (clock.now() - Date.parse(receivedAt) >= RELEASED_WITHIN_MS) throw new Problem('ledger.unwritable');
}
