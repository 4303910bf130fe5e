import type { System } from '../domain/party.ts';
import type { Plan } from '../domain/plan.ts';
import { Problem } from '../domain/problem.ts';
import { limitsOf, type QuotaPolicy } from '../domain/quota.ts';
import type { Metered, MeterReading, QuotaState } from '../domain/quotas.ts';

export function meteredOf(system: System, { grant, contract }: Plan, policy: QuotaPolicy): Metered {
  return {
    grant: grant.id,
    system: system.id,
    contract: contract.id,
    limits: limitsOf(grant, policy),
    timeZone: policy.timeZone,
  };
}

/** @throws Problem `quota.exceeded`, `quota.probing` */
export function passedQuotas({ refused, states: quotas }: MeterReading): readonly QuotaState[] {
  if (refused === undefined) return quotas;
  const { over, retryAfterSeconds } = refused;
  if (over === 'probing') throw new Problem('quota.probing', { retryAfterSeconds, quotas });
  throw new Problem('quota.exceeded', { retryAfterSeconds, quotas, over });
}
