import type { BreakerState } from './observer.ts';

/** When a source is left alone for a while. */
export interface BreakerSettings {
  /** Share of failures in the window, in percent, above which the breaker opens … */
  readonly failurePercent: number;
  /** … if there were at least so many calls in it. */
  readonly minimumCalls: number;
  readonly windowMs: number;
  /** How long it stays open before one call may try. */
  readonly restMs: number;
  /** Calls in progress at a time. */
  readonly concurrency: number;
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
  /** https://host:port; the path is the contract's to say. */
  readonly origin: string;
  /** Whether a connection to it may go to this address, as its name resolved to it. */
  readonly mayReach: (address: string) => boolean;
  /** The same object as long as nothing of it changed. */
  readonly tls: Secret<SourceTls>;
  readonly authentication: SourceAuthentication;
  readonly connectTimeoutMs: number;
  readonly firstByteTimeoutMs: number;
  readonly totalTimeoutMs: number;
  /** Of the body as it comes and as it decompresses. */
  readonly maxBodyBytes: number;
  readonly breaker: BreakerSettings;
}

/** What operators see of a source. */
export interface SourceState {
  readonly breaker: BreakerState;
  readonly authentication: AuthenticationKind;
}
