import type { ScopedKeys } from '../domain/treatment-keys.ts';
import type { Circumstances } from '../treatment/treatment.ts';

/** For asking treatments that take no key what they would make of made-up values. */
export const UNKEYED: ScopedKeys = {
  derive: () => {
    throw new TypeError('asked a keyed treatment without a key');
  },
};

/** Of no exchange: what a treatment makes of a made-up value is asked on a day as good as any other. */
export const NO_EXCHANGE: Circumstances = { query: {}, nowMs: Date.UTC(2026, 0, 1) };
