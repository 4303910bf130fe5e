import type { Alarm } from './alarm.ts';
import type { Limits } from './quota.ts';

export const QUOTA_NAMES = ['rate', 'calls', 'records', 'bytes'] as const;
export type QuotaName = (typeof QUOTA_NAMES)[number];

/** One quota as it stands: what RateLimit tells of it. */
export interface QuotaState {
  readonly name: QuotaName;
  readonly most: number;
  readonly windowSeconds: number;
  readonly left: number;
  /** Until all of it is there again. */
  readonly resetSeconds: number;
}

/** Whose call it is, and what holds for it. */
export interface Metered {
  readonly grant: string;
  readonly system: string;
  readonly contract: string;
  readonly limits: Limits;
  readonly timeZone: string;
}

/** What is asked and about whom, by keyed digests only: what a database keeps of it names nobody. */
export interface AskedAbout {
  /** Undefined where no answer tells more than what it shows. */
  readonly question: { readonly subjects: readonly Uint8Array[]; readonly digest: Uint8Array } | undefined;
  readonly places: readonly SubjectPlace[];
}

/** Where a subject, and what it is close to, are among this many bits. */
export interface SubjectPlace {
  readonly subject: number;
  readonly near: readonly number[];
}

export const WATCHED_BITS = 8192;

export interface Call extends Metered, AskedAbout {}

/** An answer that is ready and has not left. */
export interface Settling extends Metered {
  /** None if there is no record for the consumer. */
  readonly records: 0 | 1;
  readonly bytes: number;
}

export interface Refusing {
  /** What is used up: of the day or the rate, or of the questions about one subject. */
  readonly over: QuotaName | 'probing';
  readonly retryAfterSeconds: number;
}

export interface MeterReading {
  /** Undefined if it may go on. */
  readonly refused: Refusing | undefined;
  readonly states: readonly QuotaState[];
  /** What has to be entered and is this gateway's to enter; if it does not say that it is, another is told so. */
  readonly alarms: readonly Alarm[];
}

/** Counted in the whole cluster, by the clock of the database, also after a restart. */
export interface Quotas {
  /**
   * Counts a call before anybody is asked. No two gateways let more through together than one of them would; what is
   * refused is not counted, but for a question too many.
   * @throws Problem `ledger.unwritable` if it cannot be counted: the call must not go on then
   */
  take(call: Call): Promise<MeterReading>;
  /** Counts an answer before it leaves; none leaves beyond the day's records and bytes. @throws as `take` */
  settle(answer: Settling): Promise<MeterReading>;
  /** It is in the ledger: not raised again within its hour. @throws as `take` */
  entered(alarm: Alarm): Promise<void>;
}
