import { formatCheckpoint } from '../../src/transparency/checkpoint.ts';
import { cosign } from '../../src/transparency/cosignature.ts';
import { leafHash } from '../../src/transparency/hashes.ts';
import { generateSignerKey, parseSignerKey } from '../../src/transparency/note-keys.ts';
import { parseTrustPolicy } from '../../src/transparency/parse-trust-policy.ts';
import { formatNote, signNote } from '../../src/transparency/signed-note.ts';
import type { TrustPolicy } from '../../src/transparency/trust-policy.ts';
import type { TestDatabase } from './database.ts';

/** A log, its witness, and a trust policy that wants both. */
export interface Anchoring {
  readonly policy: TrustPolicy;
  /** The policy as a file has it. */
  readonly text: string;
  note(size: number, signers?: readonly ('log' | 'witness')[]): string;
}

const ORIGIN = 'ledger.test/1';

export function anchoring(): Anchoring {
  const log = generateSignerKey(ORIGIN, 'ed25519');
  const witness = generateSignerKey('witness.test/w1', 'cosignature/v1');
  const text = `log ${log.vkey}\nwitness audit ${witness.vkey}\nquorum audit\n`;
  return {
    text,
    policy: parseTrustPolicy(text),
    note: (size, signers = ['log', 'witness']) => {
      // Which root it is, is for an auditor to compare.
      const checkpoint = formatCheckpoint({ origin: ORIGIN, size, root: leafHash(Buffer.of(size)), extensions: [] });
      const signed = formatNote({ text: checkpoint, signatures: [signNote(checkpoint, parseSignerKey(log.skey))] });
      const cosigned = cosign(checkpoint, parseSignerKey(witness.skey), Math.floor(Date.now() / 1000));
      if (!signers.includes('log')) return `${checkpoint}\n${cosigned}`;
      return signers.includes('witness') ? signed + cosigned : signed;
    },
  };
}

export async function publish({ tamper }: Pick<TestDatabase, 'tamper'>, size: number, note: string): Promise<void> {
  await tamper(`insert into ledger.checkpoint (size, note) values (${size}, '${note.replaceAll("'", "''")}')`);
}
