/** Why a request was turned away before anything of it was read. For metrics and the log; the caller hears one of two problems. */
export const SHED_REASONS = [
  /** The line in front of the gateway was full, or waiting in it led to nothing. */
  'line-full',
  'waited',
  /** The same, of a caller that had more than its part while others wanted some. */
  'over-share',
  /** The caller has as many exchanges under way as one caller may. */
  'caller-full',
  /** The caller has as many connections as one caller may. */
  'connections',
] as const;
export type ShedReason = (typeof SHED_REASONS)[number];

/** Why a connection was closed before it could ask anything. */
export const DROPPED_REASONS = ['all', 'address', 'handshakes'] as const;
export type DroppedReason = (typeof DROPPED_REASONS)[number];

/** How much the gateway does at a time. */
export interface Load {
  /** How many it works on at a time, as of now. */
  readonly limit: number;
  readonly atWork: number;
  /** Those that wait for a source or for the rest of their request among them. */
  readonly inFlight: number;
  readonly waiting: number;
}

/** Where the front of the gateway tells what it does. */
export interface OverloadObserver {
  shed(reason: ShedReason): void;
  dropped(reason: DroppedReason): void;
}
