import { formatCheckpoint } from '../../src/transparency/checkpoint.ts';
import { type Hash, leafHash, nodeHash } from '../../src/transparency/hashes.ts';
import type { HashReader } from '../../src/transparency/node-address.ts';
import { generateSignerKey, parseSignerKey } from '../../src/transparency/note-keys.ts';
import { consistencyProof, rootAt } from '../../src/transparency/prove.ts';
import { formatNote, signNote } from '../../src/transparency/signed-note.ts';

/** A log in memory, whose key its maker has: it can say whatever it likes. */
export interface GrowingLog {
  readonly origin: string;
  readonly vkey: string;
  readonly size: number;
  grow(entries: number): void;
  /** A checkpoint at a size that it has, signed. */
  note(size?: number): Promise<string>;
  root(size?: number): Promise<Hash>;
  proof(from: number, to?: number): Promise<readonly Hash[]>;
  /** Another history under the same key, with the same entries up to a size. */
  fork(at: number): GrowingLog;
  /** Any text, signed. */
  sign(text: string): string;
}

export function growingLog(origin = 'ledger.test/1'): GrowingLog {
  return logOf({ origin, ...generateSignerKey(origin, 'ed25519') }, [], 'a');
}

interface Key {
  readonly origin: string;
  readonly skey: string;
  readonly vkey: string;
}

function logOf(key: Key, leaves: Hash[], branch: string): GrowingLog {
  const { origin, skey, vkey } = key;
  const signer = parseSignerKey(skey);
  const node = (level: number, index: number): Hash => {
    if (level > 0) return nodeHash(node(level - 1, index * 2), node(level - 1, index * 2 + 1));
    const leaf = leaves[index];
    if (leaf === undefined) throw new RangeError('there is no such leaf');
    return leaf;
  };
  const reader: HashReader = async (nodes) => nodes.map(({ level, index }) => node(level, index));
  const root = async (size = leaves.length): Promise<Hash> => await rootAt(reader, size);
  const sign = (text: string): string => formatNote({ text, signatures: [signNote(text, signer)] });
  return {
    origin,
    vkey,
    get size() {
      return leaves.length;
    },
    grow: (entries) => {
      for (let added = 0; added < entries; added += 1) leaves.push(leafHash(Buffer.from(`${branch}${leaves.length}`)));
    },
    root,
    note: async (size = leaves.length) =>
      sign(formatCheckpoint({ origin, size, root: await root(size), extensions: [] })),
    proof: async (from, to = leaves.length) => (from === 0 ? [] : await consistencyProof(reader, from, to)),
    fork: (at) => logOf(key, leaves.slice(0, at), `${branch}b`),
    sign,
  };
}
