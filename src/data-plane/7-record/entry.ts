import type { JsonObject } from '../../domain/json.ts';
import { ENTRY_VERSION, type ExchangeEntry, type Outcome } from '../../domain/ledger-entry.ts';
import type { StageName } from '../../domain/observer.ts';
import type { Plan } from '../../domain/plan.ts';
import type { Committed, Reached } from '../states.ts';

export interface Ending {
  readonly outcome: Outcome;
  readonly decidedAt: string;
  readonly stages: readonly StageName[];
  readonly committed: Committed;
  /** Case and officer, keyed, and by which key. */
  readonly keyed: Readonly<Record<string, string>>;
  /** Random, where nothing else of the entry is. */
  readonly blind?: string;
  /** What only this outcome has. */
  readonly details: JsonObject;
}

/** What every entry says, whatever became of the exchange. Absent means not known; nothing is guessed. */
export function entryOf(reached: Reached, ending: Ending): ExchangeEntry {
  const { exchange, requestId, trace, receivedAt, plan, target } = reached;
  const { outcome, decidedAt, stages, committed, keyed, blind, details } = ending;
  const { digests, sizes } = committed;
  return {
    v: ENTRY_VERSION,
    kind: 'exchange',
    exchange,
    request: requestId,
    trace,
    receivedAt,
    ...sourceFacts(reached),
    decidedAt,
    outcome,
    stages,
    ...callerFacts(reached),
    ...(plan === undefined ? {} : { contract: plan.contract.id, ...planFacts(plan) }),
    provider: plan === undefined ? '' : target.department,
    ...(Object.keys(digests).length === 0 ? {} : { digests }),
    ...(Object.keys(sizes).length === 0 ? {} : { sizes }),
    ...keyed,
    ...(blind === undefined ? {} : { blind }),
    ...details,
  };
}

function callerFacts({ peer, system, token, signature }: Reached): JsonObject {
  return {
    ...(peer === undefined ? {} : { certificate: peer.thumbprint }),
    ...(system === undefined ? {} : { consumer: system.id, consumerDepartment: system.department }),
    // The jti, which is random: it leads from an entry to the token that was used, and to a freeze of it.
    ...(token === undefined ? {} : { token: token.id }),
    // Its request was signed, by this registered key, and the signature was good.
    ...(signature === undefined ? {} : { signedBy: signature.kid }),
  };
}

/** Nothing if it was not asked. */
function sourceFacts({ source: { askedAt, answeredAt, status, attempts } = {}, plan }: Reached): JsonObject {
  if (askedAt === undefined || plan === undefined) return {};
  return {
    askedAt,
    ...(answeredAt === undefined ? {} : { answeredAt }),
    source: {
      id: plan.contract.source.id,
      ...(status === undefined ? {} : { status }),
      ...(attempts === undefined ? {} : { attempts }),
    },
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
    ...(grant.breakGlass === undefined ? {} : { breakGlass: grant.breakGlass }),
    plan: hash,
  };
}
