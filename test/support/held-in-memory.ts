import type { HeldKey, HeldKeysWriter } from '../../src/domain/key-ring.ts';
import { newestOf } from '../../src/keys/join-ring.ts';

/** The table of the ring in memory, by the rules of the real one; test/integration/key-ring.test.ts has the real one. */
export function heldInMemory(): HeldKeysWriter {
  const keys: HeldKey[] = [];
  return {
    all: async () => [...keys],
    join: async (made, { predecessor, until }) => {
      const { kid, use, activeFrom: retiredAt } = made;
      if (keys.some((key) => key.kid === kid) || newestOf(keys, use)?.kid !== predecessor) return undefined;
      const retired: string[] = [];
      for (const [index, key] of keys.entries())
        if (key.use === use && use !== 'treatment' && key.retiredAt === undefined) {
          keys[index] = { ...key, retiredAt, expiresAt: until };
          retired.push(key.kid);
        }
      keys.push({ ...made, retiredAt: undefined, expiresAt: undefined });
      return retired;
    },
    rewrap: async ({ kid }, { dataKey, by }) => {
      const index = keys.findIndex((key) => key.kid === kid);
      const key = keys[index];
      if (key === undefined) return false;
      keys[index] = { ...key, dataKey, wrappedBy: by };
      return true;
    },
  };
}
