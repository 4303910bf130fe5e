import { askedAbout } from '../../contract/asked-about.ts';
import type { JsonObject } from '../../domain/json.ts';
import type { LedgerSecret } from '../../domain/key-ring.ts';
import type { System } from '../../domain/party.ts';
import type { Plan } from '../../domain/plan.ts';
import type { QuotaState, Quotas } from '../../domain/quotas.ts';
import type { Snapshot } from '../../domain/snapshot.ts';
import { askedDigests } from '../../keys/asked-digests.ts';
import { neighbourhoodsOf } from '../../semantic/neighbourhoods.ts';
import { meteredOf, passedQuotas } from '../metered.ts';

export interface TakeNeeds {
  readonly quotas: Pick<Quotas, 'take'>;
  /** Under which it is digested who is asked about. */
  readonly ledgerSecret: () => Promise<LedgerSecret>;
  readonly snapshot: () => Snapshot;
}

/**
 * Counts the call, before the source is asked and whatever comes of it.
 * @throws Problem `quota.exceeded`, `quota.probing`
 */
export async function takeCall(
  { quotas, ledgerSecret, snapshot }: TakeNeeds,
  plan: Plan,
  { system, query }: { readonly system: System; readonly query: JsonObject },
): Promise<readonly QuotaState[]> {
  const { grant, contract } = plan;
  const about = askedDigests(await ledgerSecret(), {
    department: system.department,
    contract: contract.id,
    grant: grant.id,
    query,
    subjects: askedAbout(contract, query),
    // With a second parameter that there is a record tells something too: that its value is the right one.
    isProbe: plan.answersFacts || grant.parameters.length > 1,
    neighbourhoodsOf,
  });
  return passedQuotas(await quotas.take({ ...meteredOf(system, plan, snapshot().quotas), ...about }));
}
