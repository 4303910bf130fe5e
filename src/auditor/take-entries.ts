import { believeCheckpoint } from './believe-checkpoint.ts';
import type { Expectations } from './expectations.ts';
import { type JsonObject, readCanonical } from './read-canonical.ts';
import { openRegister, type Register } from './register.ts';
import { type Beginning, type Retracing, retrace } from './retrace.ts';

export interface Taken {
  readonly leaf: string;
  readonly chain: string | undefined;
  /** Undefined if it is not canonical JSON. */
  readonly entry: JsonObject | undefined;
}

/** A log as its entries are read, one after the other, and none of them kept. */
export interface Entries {
  readonly from: number;
  readonly log: Pick<Retracing, 'size' | 'head' | 'at' | 'adopt'>;
  readonly register: Register;
  /** The leaves at the indexes that somebody holds a receipt for. */
  readonly leaves: ReadonlyMap<number, string>;
  take(text: string): Taken;
}

/** @param checkpoint the size of the one that comes with the log */
export function takeEntries(begun: Beginning, checkpoint: number | undefined, expected: Expectations): Entries {
  const { pinned, since, policy, receipts = [], onEntry } = expected;
  const kept = since === undefined ? undefined : believeCheckpoint(since, policy);
  // At these sizes of the tree something is known of it.
  const sizes = [begun.size, checkpoint, pinned?.size, kept?.kind === 'signed' ? kept.checkpoint.size : undefined];
  const log = retrace(begun, new Set(sizes.flatMap((size) => size ?? [])));
  const register = openRegister(begun.size);
  const held = new Set(receipts.map(({ index }) => index));
  const leaves = new Map<number, string>();
  return {
    from: begun.size,
    log,
    register,
    leaves,
    take: (text) => {
      const index = log.size;
      const { leaf, chain } = log.add(Buffer.from(text, 'utf8'));
      if (held.has(index)) leaves.set(index, leaf);
      const entry = readCanonical(text);
      if (entry !== undefined) {
        register.see(entry, index);
        onEntry?.(entry, index);
      }
      return { leaf, chain, entry };
    },
  };
}
