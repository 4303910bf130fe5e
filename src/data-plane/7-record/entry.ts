import type { JsonObject } from '../../domain/json.ts';
import type { LedgerEntry, Outcome } from '../../domain/ledger-entry.ts';
import type { StageName } from '../../domain/observer.ts';
import type { Plan } from '../../domain/plan.ts';
import type { Reached } from '../states.ts';

/** Raised when the form of entries changes, so that a reader knows what to expect. */
const ENTRY_VERSION = 2;

interface Ending {
  readonly outcome: Outcome;
  readonly decidedAt: string;
  readonly stages: readonly StageName[];
  /** What only this outcome has. */
  readonly details: JsonObject;
}

/** What every entry says, whatever became of the exchange. Absent means not known; nothing is guessed. */
export function entryOf(reached: Reached, { outcome, decidedAt, stages, details }: Ending): LedgerEntry {
  const { exchange, requestId, receivedAt, system, token, signature, plan, source, peer, target } = reached;
  return {
    v: ENTRY_VERSION,
    kind: 'exchange',
    exchange,
    request: requestId,
    receivedAt,
    decidedAt,
    outcome,
    stages,
    ...(peer === undefined ? {} : { certificate: peer.thumbprint }),
    ...(system === undefined ? {} : { consumer: system.id, consumerDepartment: system.department }),
    // The jti, which is random: it leads from an entry to the token that was used, and to a block on it.
    ...(token === undefined ? {} : { token: token.id }),
    // Its request was signed, by this registered key, and the signature was good.
    ...(signature === undefined ? {} : { signedBy: signature.kid }),
    ...(plan === undefined ? {} : { contract: plan.contract.id, ...planFacts(plan) }),
    ...(source === undefined || plan === undefined ? {} : { source: { id: plan.contract.source.id, ...source } }),
    provider: plan === undefined ? '' : target.department,
    ...details,
  };
}

function planFacts({ grant, contract, purpose, hash }: Plan): JsonObject {
  return {
    contractVersion: contract.version,
    classification: contract.classification,
    purpose: purpose.id,
    legalBasis: purpose.legalBasis.map(({ instrument, article }) => ({
      instrument,
      ...(article === undefined ? {} : { article }),
    })),
    grant: grant.id,
    plan: hash,
  };
}
