import type { AlarmSignal } from '../domain/alarm.ts';
import type { FreezeKind } from '../domain/freeze.ts';
import type { Outcome } from '../domain/ledger-entry.ts';
import type { BreakerChange, BreakerState } from '../domain/observer.ts';
import type { ShedReason } from '../domain/overload.ts';
import type { UnprovenReason } from '../domain/party.ts';
import type { ProblemCode } from '../domain/problems.ts';

/**
 * Every field a log line can have. There is none for a payload, a query, a token or a person, so none can get in; a
 * list of what to take out would have to know in advance what might come.
 */
export interface LogFields {
  readonly exchange?: string | undefined;
  readonly request?: string | undefined;
  readonly system?: string | undefined;
  readonly contract?: string | undefined;
  readonly purpose?: string | undefined;
  readonly outcome?: Outcome | undefined;
  readonly code?: ProblemCode | undefined;
  /** Why a caller is not proven, or requests were turned away: a word of a fixed list. */
  readonly reason?: UnprovenReason | ShedReason | undefined;
  /** What gave an enumeration away, and under which grant. */
  readonly signal?: AlarmSignal | undefined;
  readonly grant?: string | undefined;
  /** The kind of thing that is frozen, or is no more. */
  readonly frozen?: FreezeKind | undefined;
  /** Id of an access in an emergency. */
  readonly breakGlass?: string | undefined;
  readonly source?: string | undefined;
  /** Which of the origins of a source. */
  readonly endpoint?: number | undefined;
  readonly state?: BreakerState | undefined;
  /** Why a breaker changed. */
  readonly why?: BreakerChange['why'] | undefined;
  readonly ms?: number | undefined;
  readonly url?: string | undefined;
  readonly size?: number | undefined;
  /** Class and code of an error, never its message: messages quote what they are about. */
  readonly cause?: string | undefined;
  /** File and line in our own code. */
  readonly at?: string | undefined;
  /** Hash of the contracts and policies in force. */
  readonly snapshot?: string | undefined;
  readonly grants?: number | undefined;
  readonly faults?: number | undefined;
  /** What is wrong in a file that is followed, and where: words of those who write them, about no person. */
  readonly file?: string | undefined;
  readonly pointer?: string | undefined;
  readonly fault?: string | undefined;
  /** Of a transparency log, and the name of a witness in the trust policy. */
  readonly origin?: string | undefined;
  readonly witness?: string | undefined;
  /** Why a witness did not cosign: a word of a fixed list. */
  readonly refusal?: string | undefined;
}

export type LogEvent =
  | 'listening'
  | 'exchange'
  | 'delivery-aborted'
  | 'breaker'
  | 'breaker-change-unrecorded'
  | 'breaker-orders-unreadable'
  | 'enumeration'
  | 'problem'
  | 'database-connection-lost'
  | 'snapshot-loaded'
  | 'snapshot-refused'
  | 'snapshot-fault'
  | 'key-ring-unreadable'
  | 'tls-loaded'
  | 'tls-refused'
  | 'tls-fault'
  | 'checkpoint-cosigned'
  | 'checkpoint-refused'
  | 'ledger-anchored'
  | 'ledger-unanchored'
  | 'ledger-grace-over'
  | 'ledger-cut'
  | 'checkpoints-unreadable'
  | 'nothing-outside-vouches-for-the-ledger'
  | 'witness-missed'
  | 'witness-back'
  | 'shed'
  | 'stopping'
  | 'stopped'
  | 'database-not-durable'
  | 'checkpoint-published'
  | 'publisher-not-alone'
  | 'publisher-refused'
  | 'publisher-waiting'
  | 'publisher-failed'
  | 'subject-keys-beside-ledger'
  | 'frozen'
  | 'freeze-lifted'
  | 'freezes-unreadable'
  | 'break-glass-opened'
  | 'break-glass-ended'
  | 'break-glass-used'
  | 'break-glass-refused'
  | 'break-glass-unreadable';

export type LogLevel = 'info' | 'warn' | 'error';

export interface Log {
  write(level: LogLevel, event: LogEvent, fields?: LogFields): void;
}

export interface LogNeeds {
  readonly now: () => number;
  readonly out: (line: string) => void;
}

/** One line of JSON an event. */
export function createLog({ now, out }: LogNeeds): Log {
  return {
    write: (level, event, fields = {}) =>
      out(`${JSON.stringify({ time: new Date(now()).toISOString(), level, event, ...fields })}\n`),
  };
}

/** What may be said of an error that somebody else made. */
export function errorName(error: unknown): string {
  if (!(error instanceof Error)) return typeof error;
  return 'code' in error && typeof error.code === 'string' ? `${error.name} ${error.code}` : error.name;
}

/** The first place of ours in its stack. */
export function errorPlace(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  return /\(?(?:file:\/\/)?[^\s()]*\/((?:src|dist)\/[^\s()]+:\d+):\d+\)?/.exec(
    error.stack?.replace(/^.*\n/, '') ?? '',
  )?.[1];
}
