import type { Receipt } from '../domain/ledger-entry.ts';
import { NoteError } from '../transparency/note-error.ts';
import { parseTlogProof, type TlogProof } from '../transparency/tlog-proof.ts';
import { checkAgainst, type TrustedCheckpoint, type TrustPolicy } from '../transparency/trust-policy.ts';
import { verifyInclusion } from '../transparency/verify-proof.ts';
import { ShuqiaoProofInvalid } from './shuqiao-proof-invalid.ts';

/** That an exchange is in the log, to whoever believes the trust policy. */
export interface Proof {
  /** The `.tlog-proof`: what to keep. `shuqiao ledger verify` takes it, and so does what others wrote. */
  readonly file: string;
  /** The log, how many entries it had then, and who cosigned that, named as in the trust policy. */
  readonly origin: string;
  readonly size: number;
  readonly cosignedBy: TrustedCheckpoint['cosignedBy'];
}

/**
 * Computes the way from the entry of a receipt to the root of a checkpoint that a log of the trust policy signed and
 * enough of its witnesses cosigned.
 * @throws ShuqiaoProofInvalid
 */
export function believeProof(file: string, { index, leaf }: Receipt, policy: TrustPolicy): Proof {
  const proof = readProof(file);
  const { checkpoint, cosignedBy, satisfied } = trusted(proof.checkpoint, policy);
  const { origin, size, root } = checkpoint;
  if (proof.index !== index) throw new ShuqiaoProofInvalid('receipt');
  if (!verifyInclusion({ index, size, leaf: Buffer.from(leaf, 'hex'), root, proof: proof.hashes }))
    throw new ShuqiaoProofInvalid('inclusion');
  if (!satisfied) throw new ShuqiaoProofInvalid('witnesses');
  return { file, origin, size, cosignedBy };
}

function readProof(file: string): TlogProof {
  let proof: TlogProof;
  try {
    proof = parseTlogProof(file);
  } catch (error) {
    if (error instanceof NoteError) throw new ShuqiaoProofInvalid('form');
    throw error;
  }
  // Nobody signed it.
  if (proof.extra !== undefined) throw new ShuqiaoProofInvalid('form');
  return proof;
}

function trusted(note: string, policy: TrustPolicy): TrustedCheckpoint {
  try {
    return checkAgainst(policy, note);
  } catch (error) {
    if (error instanceof NoteError) throw new ShuqiaoProofInvalid(error.fault === 'malformed' ? 'form' : 'log');
    throw error;
  }
}
