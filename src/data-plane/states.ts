import type { AccessToken } from '../domain/access-token.ts';
import type { RequestFacts, SourceFacts } from '../domain/exchange-facts.ts';
import type { Grant } from '../domain/grant.ts';
import type { JsonObject } from '../domain/json.ts';
import type { Receipt } from '../domain/ledger-entry.ts';
import type { PeerCertificate, System, UnprovenReason } from '../domain/party.ts';
import type { PersonalParts } from '../domain/personal-parts.ts';
import type { Plan } from '../domain/plan.ts';
import type { QuotaState } from '../domain/quotas.ts';
import type { Reading } from '../domain/reading.ts';
import type { RequestHead, RequestSignature } from '../domain/request-signature.ts';
import type { AnswerForm, SignedJson } from '../domain/sealed-answer.ts';

/**
 * What is known of an exchange after each stage. A stage takes one state and gives the next, so that leaving one out or
 * swapping two does not compile; and a state forbids what must be gone by then (`?: never`), so that passing the
 * record on past projection does not compile either.
 */
export interface Inbound {
  readonly exchange: string;
  /** RFC 3339, when the head of the request was read. */
  readonly receivedAt: string;
  readonly requestId: string;
  /** W3C Trace Context: the trace-id of the caller's traceparent, or one that was made. */
  readonly trace: string;
  readonly target: { readonly department: string; readonly resource: string; readonly major: string };
  /** For what is signed of it, and for nothing else. */
  readonly head: RequestHead;
  readonly peer: PeerCertificate | undefined;
  /** Every Authorization header that came, as it came. */
  readonly authorization: readonly string[];
  /** Why there is no peer. */
  readonly unproven: UnprovenReason | undefined;
  /** Content-Type and Content-Encoding, as they came. */
  readonly contentType: string;
  readonly contentEncoding: string | undefined;
  /** The forms of an answer that the caller takes, the one it likes best first. */
  readonly accepts: readonly AnswerForm[];
  /** Reads the body, once, up to the limits of the listener. */
  readBody(): Promise<Uint8Array>;
  /** Aborted, for a Problem, when the caller leaves or its time is over: nothing is begun any more, and nothing released. */
  readonly signal: AbortSignal;
}

export interface Identified extends Omit<Inbound, 'readBody'> {
  readonly readBody?: never;
  readonly system: System;
  readonly token: AccessToken;
  /** Undefined if it need not be signed and is not. */
  readonly signature: RequestSignature | undefined;
  /** The only way to the body from here on: of a signed request it is the one that was signed. */
  readCheckedBody(): Promise<Uint8Array>;
}

/** What the caller asks, read and checked. */
export interface AskedFor {
  readonly query: JsonObject;
  /** Outputs of the plan it wants; all if undefined. */
  readonly wanted: ReadonlySet<string> | undefined;
}

export interface Authorized extends Identified {
  readonly plan: Plan;
  readonly grant: Grant;
  readonly asked: AskedFor;
  readonly request: RequestFacts;
  readonly form: AnswerForm;
  /** How the quotas of the grant stand after this call. */
  readonly quotas: readonly QuotaState[];
}

/** What the source said: that it has no record, or a body and what reading it by the contract gave. */
export type SourceAnswer = { readonly found: true; readonly reading: Reading } | { readonly found: false };

export interface Fetched extends Authorized {
  readonly answer: SourceAnswer;
  readonly source: SourceFacts;
}

export interface Validated extends Omit<Fetched, 'answer'> {
  readonly answer?: never;
  /** The record as the source department keeps it, or null if it has none. */
  readonly record: JsonObject | null;
}

export interface Projected extends Omit<Validated, 'record' | 'asked'> {
  readonly record?: never;
  readonly asked?: never;
  readonly released: JsonObject | null;
  /** The outputs that the answer may hold: those of the plan, or those of them that were wanted. */
  readonly outputs: readonly string[];
  /** Whether there was a record that is outside the rows of the grant; for the ledger only. */
  readonly withheld: boolean;
}

/** What leaves, ready: in the clear only where it is signed JSON. */
export type Outgoing = { readonly form: 'sealed'; readonly body: string } | ({ readonly form: 'json' } & SignedJson);

/** What an entry says of what was sent, by digests and sizes. */
export interface Committed {
  readonly digests: Readonly<Record<string, string>>;
  readonly sizes: Readonly<Record<string, number>>;
}

export interface Sealed extends Omit<Projected, 'released' | 'request'> {
  readonly released?: never;
  readonly request?: never;
  readonly outgoing: Outgoing;
  readonly committed: Committed;
  readonly personal: PersonalParts;
  readonly found: boolean;
}

export interface Recorded extends Sealed {
  readonly receipt: Receipt;
}

export interface Outbound {
  readonly status: 200;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** The least that is known at some point, for recording an exchange that went no further. */
export interface Reached extends Omit<Inbound, 'readBody'> {
  readonly system?: System;
  readonly token?: AccessToken;
  readonly signature?: RequestSignature | undefined;
  readonly plan?: Plan;
  readonly source?: SourceFacts;
  readonly outputs?: readonly string[];
  readonly request?: RequestFacts;
  readonly committed?: Committed;
  readonly personal?: PersonalParts;
}

/** One step of the exchange. */
export type Stage<In, Out> = (known: In) => Promise<Out>;
