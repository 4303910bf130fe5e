import { isHex } from './hex.ts';
import type { JsonObject } from './read-canonical.ts';

/** An entry that says which entries were taken out, and on whose word. */
export interface PruneRecord {
  readonly by: number;
  /** Of the entries before `to`: the root of the tree of them, hex. */
  readonly to: number;
  readonly root: string;
}

/** What the entries say that concerns the log itself; in bounded memory, whatever they say. */
export interface Register {
  see(entry: JsonObject, index: number): void;
  kinds(): Readonly<Record<string, number>>;
  /** The newest record of the range that is missing. */
  pruneRecord(): PruneRecord | undefined;
}

const KNOWN_KINDS: ReadonlySet<string> = new Set(['prune', 'shred', 'epoch']);

/** @param missing how many entries the log begins without */
export function openRegister(missing: number): Register {
  const counts = new Map<string, number>();
  let record: PruneRecord | undefined;
  return {
    see: (entry, index) => {
      const { kind } = entry;
      if (kind === 'exchange') return;
      const name = typeof kind === 'string' && KNOWN_KINDS.has(kind) ? kind : 'other';
      counts.set(name, (counts.get(name) ?? 0) + 1);
      record = pruneRecordOf(entry, { by: index, to: missing }) ?? record;
    },
    kinds: () => Object.fromEntries(counts),
    pruneRecord: () => record,
  };
}

/** Undefined for what is no record of the pruning of the first `to` entries, or does not say all that one has to. */
export function pruneRecordOf(
  entry: JsonObject,
  { by, to }: { readonly by: number; readonly to: number },
): PruneRecord | undefined {
  const { kind, from, count, root, exportDigest, policy, approvers } = entry;
  const isRange = kind === 'prune' && from === 0 && entry['to'] === to && to > 0 && count === to;
  const isApproved = Array.isArray(approvers) && isTwoPeople(approvers);
  const names = isHex(root) && isHex(exportDigest) && typeof policy === 'string' && policy !== '';
  return isRange && isApproved && names ? { by, to, root } : undefined;
}

/** Four eyes: one name twice is one person. */
function isTwoPeople(approvers: readonly unknown[]): boolean {
  const names = approvers.filter((name) => typeof name === 'string' && name.trim() !== '');
  return approvers.length === 2 && names.length === 2 && names[0] !== names[1];
}
