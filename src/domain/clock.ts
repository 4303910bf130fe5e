/** Time and chance are given, never taken: tests freeze the one and fix the other. */
export interface Clock {
  /** Milliseconds since the Unix epoch. */
  now(): number;
}

export interface Randomness {
  bytes(length: number): Uint8Array;
}
