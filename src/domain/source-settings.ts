import type { BreakerState } from './observer.ts';

/** When a source is left alone for a while. */
export interface BreakerSettings {
  /** Share of failures in the window, in percent, above which a breaker opens … */
  readonly failurePercent: number;
  /** … if there were at least so many calls in it. */
  readonly minimumCalls: number;
  readonly windowMs: number;
  /** So many failures in a row open it as well, however few calls there are. */
  readonly consecutiveFailures: number;
  /** How long it stays open before a call may try. */
  readonly restMs: number;
  /** So many calls that try, one after another, have to succeed before it closes. */
  readonly probes: number;
  /** Calls in progress at a time, at all endpoints together. */
  readonly concurrency: number;
  /** Calls that may wait until there are fewer, and for how long. */
  readonly waiting: number;
  readonly waitMs: number;
}

/** Further attempts, of contracts that say that asking twice does what asking once does. */
export interface RetrySettings {
  /** The first included. */
  readonly attempts: number;
  /** Further attempts as a share of first ones, in percent. */
  readonly budgetPercent: number;
  /** A pause is any part of this, of twice this the next time. */
  readonly pauseMs: number;
}

/** A secret that may be replaced while the gateway runs. Asking for it never fails: the last good one is kept. */
export interface Secret<T> {
  current(): Promise<T>;
}

/** What each kind of authentication has to know. A kind is a line here, one in `config` and a file in `3-fetch`. */
interface AuthenticationSettings {
  /** The certificate of `tls` is all there is. */
  'mutual-tls': object;
  /** RFC 6750. */
  bearer: { readonly token: Secret<string> };
  /** Of the national data-sharing platform: requester (rid) and service (sid) as it registered them. */
  gjgxjhpt: { readonly rid: string; readonly sid: string; readonly key: Secret<Uint8Array> };
  /** RFC 9421 with hmac-sha256. */
  'http-signature': { readonly keyId: string; readonly key: Secret<Uint8Array> };
}

export type AuthenticationKind = keyof AuthenticationSettings;

/** How the gateway proves itself to a source. */
export type SourceAuthentication<Kind extends AuthenticationKind = AuthenticationKind> = {
  [K in Kind]: { readonly kind: K } & AuthenticationSettings[K];
}[Kind];

/** PEM: who may have issued the source's certificate, and what the gateway shows the source if it asks. */
export interface SourceTls {
  readonly ca: string;
  readonly cert?: string;
  readonly key?: string;
}

/** How the deployment reaches a source 数据源, and how much it puts up with. */
export interface SourceSettings {
  /** Each https://host:port; the path is the contract's to say. The first that can be asked is. */
  readonly origins: readonly string[];
  /** Whether a connection to one of them may go to this address, as its name resolved to it. */
  readonly mayReach: (address: string) => boolean;
  /** The same object as long as nothing of it changed. */
  readonly tls: Secret<SourceTls>;
  readonly authentication: SourceAuthentication;
  readonly connectTimeoutMs: number;
  readonly firstByteTimeoutMs: number;
  /** For all attempts together. */
  readonly totalTimeoutMs: number;
  /** Of the body as it comes and as it decompresses. */
  readonly maxBodyBytes: number;
  readonly breaker: BreakerSettings;
  readonly retry: RetrySettings;
  /** When an idempotent question is put a second time beside the first; never if undefined. */
  readonly hedgeAfterMs?: number;
}

/** What operators see of a source. */
export interface SourceState {
  /** Of the endpoint that is best off. */
  readonly breaker: BreakerState;
  readonly endpoints: readonly BreakerState[];
  readonly inProgress: number;
  readonly waiting: number;
  readonly authentication: AuthenticationKind;
}
