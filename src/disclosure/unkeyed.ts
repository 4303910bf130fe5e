import type { ScopedKeys } from '../domain/treatment-keys.ts';

/** For asking treatments that take no key what they would make of made-up values. */
export const UNKEYED: ScopedKeys = {
  derive: () => {
    throw new TypeError('asked a keyed treatment without a key');
  },
};
