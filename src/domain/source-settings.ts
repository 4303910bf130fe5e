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

/** How the deployment reaches a source 数据源, and how much it puts up with. */
export interface SourceSettings {
  /** https://host:port; the path is the contract's to say. */
  readonly origin: string;
  /** PEM: who may have issued the source's certificate, and what the gateway shows the source. */
  readonly tls: { readonly ca: string; readonly cert: string; readonly key: string };
  readonly connectTimeoutMs: number;
  readonly firstByteTimeoutMs: number;
  readonly totalTimeoutMs: number;
  /** Of the body as it comes and as it decompresses. */
  readonly maxBodyBytes: number;
  readonly breaker: BreakerSettings;
}
