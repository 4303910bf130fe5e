import type { HeldKey, HeldKeysWriter } from '../../src/domain/key-ring.ts';

/** The table of the ring in memory, by the rules of the real one; test/integration/key-ring.test.ts has the real one. */
export function heldInMemory(): HeldKeysWriter {
  const keys: HeldKey[] = [];
  return {
    all: async () => [...keys],
    add: async (key) => {
      if (keys.some(({ kid }) => kid === key.kid)) return false;
      keys.push({ ...key, retiredAt: undefined, expiresAt: undefined });
      return true;
    },
    retire: async (use, successor, { from, until }) => {
      const retired: string[] = [];
      for (const [index, key] of keys.entries())
        if (key.use === use && key.kid !== successor && key.retiredAt === undefined) {
          keys[index] = { ...key, retiredAt: from, expiresAt: until };
          retired.push(key.kid);
        }
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
