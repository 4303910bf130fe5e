import { type Hash, leafHash } from '../transparency/hashes.ts';
import { NoteError } from '../transparency/note-error.ts';
import { parseTlogProof, type TlogProof } from '../transparency/tlog-proof.ts';
import type { TrustPolicy } from '../transparency/trust-policy.ts';
import { verifyInclusion } from '../transparency/verify-proof.ts';
import { believeCheckpoint } from './believe-checkpoint.ts';
import { readCanonical } from './read-canonical.ts';
import type { Breach, Verdict, VerifiedCheckpoint } from './verification.ts';

/** What the holder says was recorded: the text of the entry, or its leaf. */
export interface Claimed {
  readonly entry?: string | undefined;
  readonly leaf?: Hash | undefined;
  readonly policy: TrustPolicy | undefined;
}

export interface ReceiptVerification {
  readonly verdict: Verdict;
  readonly index: number;
  readonly breach?: Breach;
  readonly missing?: string;
  readonly checkpoint?: VerifiedCheckpoint;
}

/** Whether one entry stands in a log, by a `.tlog-proof` and nothing else. */
export function verifyReceipt(file: string, { entry, leaf, policy }: Claimed): ReceiptVerification {
  const proof = parse(file);
  const incomplete = (missing: string): ReceiptVerification => ({
    verdict: 'incomplete',
    index: proof?.index ?? -1,
    missing,
  });
  if (proof === undefined) return incomplete('a readable receipt');
  if (entry !== undefined && readCanonical(entry) === undefined) return incomplete('an entry that is canonical JSON');
  const claimed = entry === undefined ? leaf : leafHash(Buffer.from(entry, 'utf8'));
  if (claimed === undefined) return incomplete('the entry, or its leaf, that the receipt is for');
  // Nobody signed it, and nothing here would notice what it says.
  if (proof.extra !== undefined) return incomplete('a receipt without extra data, which nobody can verify');
  return judge(proof, claimed, policy);
}

function parse(file: string): TlogProof | undefined {
  try {
    return parseTlogProof(file);
  } catch (error) {
    if (error instanceof NoteError) return undefined;
    throw error;
  }
}

function judge(proof: TlogProof, leaf: Hash, policy: TrustPolicy | undefined): ReceiptVerification {
  const { index, hashes, checkpoint: note } = proof;
  const belief = believeCheckpoint(note, policy);
  const tampered = (reason: string): ReceiptVerification => ({
    verdict: 'tampered',
    index,
    breach: { index, reason },
  });
  if (belief.kind === 'malformed') return { verdict: 'incomplete', index, missing: 'a checkpoint that can be read' };
  const { origin, size, root } = belief.checkpoint;
  if (!verifyInclusion({ index, size, leaf, root, proof: hashes }))
    return tampered('the proof does not lead from this entry to the root of the checkpoint');
  if (belief.kind === 'forged')
    return tampered('the checkpoint has a signature in the name of a key that did not sign it');
  const consistent = (missing: string): ReceiptVerification => ({ verdict: 'consistent', index, missing });
  if (belief.kind === 'unknown') return consistent('a checkpoint that a log of the trust policy signed');
  const checkpoint = { origin, size, cosignedBy: belief.cosignedBy, note };
  return belief.satisfied
    ? { verdict: 'verified', index, checkpoint }
    : { ...consistent('cosignatures of as many witnesses as the trust policy asks for'), checkpoint };
}
