import type { Receipt } from '../domain/ledger-entry.ts';
import { parseCheckpoint } from '../transparency/checkpoint.ts';
import type { HashReader } from '../transparency/node-address.ts';
import { inclusionProof } from '../transparency/prove.ts';
import { parseNote } from '../transparency/signed-note.ts';
import { formatTlogProof } from '../transparency/tlog-proof.ts';
import { verifyInclusion } from '../transparency/verify-proof.ts';

/**
 * What shows that the entry of a receipt is in the log of a checkpoint (C2SP tlog-proof).
 * @throws Error if the ledger and its own checkpoint disagree: no proof of that is given out
 */
export async function proofOf(
  { index, leaf }: Receipt,
  checkpoint: string,
  hashes: (size: number) => HashReader,
): Promise<string> {
  const { size, root } = parseCheckpoint(parseNote(checkpoint).text);
  const proof = await inclusionProof(hashes(size), index, size);
  if (!verifyInclusion({ index, size, leaf: Buffer.from(leaf, 'hex'), root, proof }))
    throw new Error('the ledger is not the one of its checkpoint');
  return formatTlogProof({ extra: undefined, index, hashes: proof, checkpoint });
}
