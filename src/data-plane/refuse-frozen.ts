import type { AccessToken } from '../domain/access-token.ts';
import { EVERYTHING, type Freezable, type FreezeKind, type FrozenThings } from '../domain/freeze.ts';
import type { System } from '../domain/party.ts';
import type { Plan } from '../domain/plan.ts';
import { Problem } from '../domain/problem.ts';

/** What a caller hears: neither who froze it nor why. What of it is frozen, the ledger has. */
export function frozenProblem(kind: FreezeKind, side: 'identity' | 'grant'): Problem {
  if (kind === EVERYTHING.kind)
    return new Problem('gateway.frozen', { known: { frozen: kind }, retryAfterSeconds: RETRY_AFTER_SECONDS });
  return new Problem(`${side}.frozen`, { known: { frozen: kind } });
}

/** Nobody knows when; often enough. */
const RETRY_AFTER_SECONDS = 60;

interface Asking {
  readonly system: System;
  readonly token: AccessToken;
}

/** @throws Problem `identity.frozen` or `gateway.frozen` */
export async function refuseFrozenCaller(freezes: FrozenThings, { system, token }: Asking): Promise<void> {
  await refuse(freezes, 'identity', [
    EVERYTHING,
    { kind: 'department', value: system.department },
    { kind: 'system', value: system.id },
    { kind: 'certificate', value: token.thumbprint },
    { kind: 'token', value: token.id },
  ]);
}

/**
 * Of a plan that was found: who has no grant hears the same whether what it asked is frozen or not.
 * @throws Problem `grant.frozen`
 */
export async function refuseFrozenPlan(freezes: FrozenThings, { grant, contract }: Plan): Promise<void> {
  await refuse(freezes, 'grant', [
    { kind: 'grant', value: grant.id },
    { kind: 'contract', value: contract.id },
    { kind: 'department', value: contract.department },
  ]);
}

async function refuse(freezes: FrozenThings, side: 'identity' | 'grant', things: readonly Freezable[]): Promise<void> {
  const frozen = await freezes.find(things);
  if (frozen !== undefined) throw frozenProblem(frozen.kind, side);
}
