import type { JSONWebKeySet, JWK } from 'jose';
import type { JsonObject } from '../domain/json.ts';
import type { Receipt } from '../domain/ledger-entry.ts';
import type { AnswerClaims, AnswerForm } from '../domain/sealed-answer.ts';
import type { ClientTls } from './connection.ts';
import type { Evidence } from './receipt.ts';
import type { RetryPolicy } from './retrying.ts';

export interface ShuqiaoClientOptions {
  /** The address of the exchange listener: `https://host:port`. */
  readonly gateway: string;
  /** The id of the calling system, as the certificate names it. */
  readonly system: string;
  readonly tls: ClientTls;
  /** Private keys that answers are sealed to: the newest, and the ones before it while answers to them may be under way. */
  readonly sealingKeys: readonly JWK[];
  /** A private key whose public half is registered (`sig`): tokens are then asked for with a signed assertion. */
  readonly clientKey?: JWK;
  /** A private key whose public half is registered (`sig`), it may be the same: every request is signed with it (RFC 9421). */
  readonly requestKey?: JWK;
  /** What assertions are addressed to, SHUQIAO_ISSUER of the gateway; `gateway` if not given. */
  readonly issuer?: string;
  /** `/oauth/token` of the gateway if not given. */
  readonly tokenEndpoint?: string;
  /** Asks for a token for each contract and purpose that is good for nothing else (RFC 9396). */
  readonly narrowTokens?: boolean;
  /** The `iss` of answers, SHUQIAO_GATEWAY_ID of the gateway; `shuqiao` if not given. */
  readonly gatewayId?: string;
  /** Public keys of the gateway that were handed over; if not given, the ones that it publishes. */
  readonly gatewayKeys?: JSONWebKeySet;
  /** Of one request, with its whole answer; 30 seconds if not given. */
  readonly timeoutMs?: number;
  /** Connections at most; 16 if not given. */
  readonly maxConnections?: number;
  readonly retries?: Partial<RetryPolicy>;
  /** How far the clocks of the gateway and of this machine may be apart; 60 if not given. */
  readonly clockSkewSeconds?: number;
  readonly clock?: { now(): number };
}

export interface ExchangeOptions {
  /** `{department}.{resource}.v{major}` */
  readonly contract: string;
  readonly purpose: string;
  readonly query: JsonObject;
  readonly fields?: readonly string[];
  readonly case?: string;
  readonly officer?: string;
  /** A UUID that was not used before; one is made if it is not given. Whatever is sent after a refusal has a fresh one. */
  readonly requestId?: string;
  /** `json` where the grant allows it; the answer may be sealed all the same. */
  readonly form?: AnswerForm;
  /** Sends it again also where it may have been answered already: the ledger may then have it twice. */
  readonly repeatUnknown?: boolean;
  readonly signal?: AbortSignal;
}

export interface ProofOptions {
  readonly exchangeId: string;
  /** As the answer had it. */
  readonly receipt: Receipt;
  /** Whose checkpoints are believed: the text of a C2SP tlog-policy file, got from somebody else than the gateway. */
  readonly trustPolicy: string;
  readonly signal?: AbortSignal;
}

export interface OutcomeOptions {
  readonly requestId: string;
  readonly signal?: AbortSignal;
}

export interface CheckedExchangeOptions<T extends JsonObject> extends ExchangeOptions {
  /** Whether the data is what the derived schema says (`shuqiao policy schema`): compile it with what you validate with. */
  readonly check: (data: JsonObject) => data is T;
}

/** An answer that was opened and is believed. */
export interface Answer<T extends JsonObject = JsonObject> {
  /** Null if the source has no record. */
  readonly data: T | null;
  readonly claims: AnswerClaims;
  readonly form: AnswerForm;
  /** Of the request that was answered. */
  readonly requestId: string;
  readonly exchangeId: string;
  readonly receipt: Receipt;
  readonly evidence: Evidence;
}
