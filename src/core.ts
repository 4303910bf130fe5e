import type { Socket } from 'node:net';
import type { GatewayFreezes } from './compose-freezes.ts';
import type { Config } from './config/config.ts';
import type { LiveTls } from './config/live-tls.ts';
import type { Secrets } from './config/secrets.ts';
import type { EnterChanges } from './data-plane/3-fetch/enter-changes.ts';
import type { Sources } from './data-plane/3-fetch/sources.ts';
import type { Admission } from './domain/admission.ts';
import type { Clock, Randomness } from './domain/clock.ts';
import type { LiveSnapshot } from './domain/live-snapshot.ts';
import type { ExchangeObserver } from './domain/observer.ts';
import type { Peer } from './domain/party.ts';
import type { RegisteredKeys } from './domain/registered-key.ts';
import type { Snapshot } from './domain/snapshot.ts';
import type { SourceSettings } from './domain/source-settings.ts';
import type { Overload } from './http/overload/create-overload.ts';
import type { OpenKeyRing } from './keys/key-ring.ts';
import { type WatchedAnchorage } from './ledger/anchorage.ts';
import type { WatchedLedgerWriter } from './store/append-health.ts';
import type { Databases } from './store/open-databases.ts';
import { type Log } from './telemetry/log.ts';
import { type Metrics } from './telemetry/metrics.ts';
import type { TrustPolicy } from './transparency/trust-policy.ts';

/** What a gateway is made with. Tests give some of it; nothing in `src` asks whether it is being tested. */
export interface Parts {
  readonly config: Config;
  readonly secrets: Secrets;
  /** Certificate of the exchange listener, authorities of callers. */
  readonly tls: LiveTls;
  readonly snapshot: Snapshot;
  /** What follows `snapshot` when its files change; it stays in force without. */
  readonly live?: LiveSnapshot;
  readonly sources: ReadonlyMap<string, SourceSettings>;
  readonly databases: Databases;
  /** Open already: contracts and policies are compiled with its keys. */
  readonly keyRing: OpenKeyRing;
  /** Who has to vouch for the ledger; nobody without. */
  readonly trustPolicy?: TrustPolicy | undefined;
  readonly clock?: Clock;
  readonly random?: Randomness;
  readonly out?: (line: string) => void;
}

/** What the parts of a gateway share: made once, by `compose`. */
export interface Core {
  readonly clock: Clock;
  readonly random: Randomness;
  readonly log: Log;
  readonly metrics: Metrics;
  readonly observer: ExchangeObserver;
  readonly live: LiveSnapshot;
  readonly sources: Sources;
  readonly breakerEntries: EnterChanges;
  readonly ledger: WatchedLedgerWriter;
  readonly anchorage: WatchedAnchorage | undefined;
  readonly overload: Overload;
  readonly peerOf: (socket: Socket) => Peer;
  readonly admission: Admission;
  readonly freezes: GatewayFreezes;
  readonly breakGlass: { look(): Promise<void> };
  readonly register: RegisteredKeys;
}
