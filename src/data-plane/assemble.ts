import type { TokenVerifier } from '../domain/access-token.ts';
import type { Admission } from '../domain/admission.ts';
import type { Anchorage } from '../domain/anchorage.ts';
import type { Clock, Randomness } from '../domain/clock.ts';
import type { FrozenThings } from '../domain/freeze.ts';
import type { LedgerSecret } from '../domain/key-ring.ts';
import type { LedgerWriter } from '../domain/ledger-entry.ts';
import type { ExchangeObserver } from '../domain/observer.ts';
import type { OneUseIds } from '../domain/one-use-ids.ts';
import type { PersonalSealer } from '../domain/personal-parts.ts';
import type { Quotas } from '../domain/quotas.ts';
import type { RequestVerifier } from '../domain/request-signature.ts';
import type { Sealer } from '../domain/sealed-answer.ts';
import type { Snapshot } from '../domain/snapshot.ts';
import { identify } from './1-identify/identify.ts';
import { authorize } from './2-authorize/authorize.ts';
import { validate } from './4-validate/validate.ts';
import { project } from './5-project/project.ts';
import { seal } from './6-seal/seal.ts';
import { record } from './7-record/record.ts';
import { recordRefusal } from './7-record/refusal.ts';
import { respond } from './8-respond/respond.ts';
import { createExchange, type Exchange } from './exchange.ts';
import type { Authorized, Fetched, Stage } from './states.ts';

/** All that an exchange reaches outside itself by. */
export interface ExchangeNeeds {
  readonly snapshot: () => Snapshot;
  readonly tokens: TokenVerifier;
  readonly signatures: RequestVerifier;
  readonly admission: Pick<Admission, 'admit'>;
  readonly usedIds: OneUseIds;
  readonly quotas: Quotas;
  /** Given ready: what asks the sources owns connections, and a rehearsal has none. */
  readonly fetch: Stage<Authorized, Fetched>;
  readonly sealer: Sealer;
  readonly ledger: LedgerWriter;
  readonly anchorage: Anchorage;
  readonly freezes: FrozenThings;
  readonly clock: Clock;
  readonly random: Randomness;
  readonly observer: ExchangeObserver;
  /** Who signs: the `iss` of an answer. */
  readonly gatewayId: string;
  /** Under which the caller's words (case, officer) are digested for the ledger. */
  readonly ledgerSecret: () => Promise<LedgerSecret>;
  /** What of an exchange is about people leaves the gateway for the database through it only. */
  readonly personal: PersonalSealer;
}

/** The exchange of its own eight stages. A gateway and a rehearsal differ in what they give it and in nothing else. */
export function assembleExchange(needs: ExchangeNeeds): Exchange {
  return createExchange(
    {
      identify: identify(needs),
      authorize: authorize(needs),
      fetch: needs.fetch,
      validate: validate(),
      project: project(needs),
      seal: seal(needs),
      record: record(needs),
      respond: respond(),
    },
    recordRefusal(needs),
    needs,
  );
}
