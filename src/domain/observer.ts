import type { Outcome } from './ledger-entry.ts';
import type { UnprovenReason } from './party.ts';
import type { ProblemCode } from './problems.ts';

export const STAGES = ['identify', 'authorize', 'fetch', 'validate', 'project', 'seal', 'record', 'respond'] as const;
export type StageName = (typeof STAGES)[number];

export const BREAKER_STATES = ['closed', 'half-open', 'open'] as const;
export type BreakerState = (typeof BREAKER_STATES)[number];

/** Why the breaker of an endpoint changed. */
export interface BreakerChange {
  readonly from: BreakerState;
  readonly to: BreakerState;
  readonly why: 'failures-in-a-row' | 'share-of-failures' | 'rested' | 'probe-failed' | 'probes-succeeded' | 'by-hand';
}

export interface SourceBreakerChange extends BreakerChange {
  readonly source: string;
  /** Its place among the origins of the source. */
  readonly endpoint: number;
}

/** What became of one exchange, in names that are safe to log and bounded enough to count by. */
export interface ExchangeSummary {
  readonly exchange: string;
  readonly request: string;
  readonly outcome: Outcome;
  readonly code: ProblemCode | undefined;
  /** Of a caller that is not proven. */
  readonly reason: UnprovenReason | undefined;
  /** A registered system, contract and purpose, or undefined: what a caller made up becomes no label. */
  readonly system: string | undefined;
  readonly contract: string | undefined;
  readonly purpose: string | undefined;
  /** Id of the access in an emergency that it was under. */
  readonly breakGlass: string | undefined;
  /** Treatment ids of the fields released, one for each. */
  readonly treatments: readonly string[];
  readonly milliseconds: number;
}

/** Where the exchange tells what happens. Implementations never throw and never see a payload. */
export interface ExchangeObserver {
  stageEnded(stage: StageName, outcome: 'passed' | Exclude<Outcome, 'released'>, milliseconds: number): void;
  exchangeEnded(summary: ExchangeSummary, cause?: unknown): void;
  /** The answer was recorded and handed to the connection, which closed before all of it was gone. */
  deliveryAborted(exchange: string): void;
  breakerChanged(change: SourceBreakerChange): void;
}
