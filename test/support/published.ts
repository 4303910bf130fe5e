import type { PublishedCheckpoint } from '../../src/domain/log-source.ts';
import { formatCheckpoint } from '../../src/transparency/checkpoint.ts';
import { cosign } from '../../src/transparency/cosignature.ts';
import { openFrontier } from '../../src/transparency/frontier.ts';
import { generateSignerKey, parseSignerKey } from '../../src/transparency/note-keys.ts';
import { parseTrustPolicy } from '../../src/transparency/parse-trust-policy.ts';
import { formatSignature } from '../../src/transparency/signed-note.ts';
import type { TrustPolicy } from '../../src/transparency/trust-policy.ts';

export interface TestPublisher {
  /** A trust policy that asks for the log and its one witness, as a file and as it is read. */
  readonly policyText: string;
  readonly policy: TrustPolicy;
  /** Signs the tree of these leaves; cosigned unless it is not to be. */
  publish(leaves: readonly string[], options?: { readonly witnessed?: boolean }): PublishedCheckpoint;
}

/** A log and a witness with keys of their own. */
export function testPublisher(origin = 'ledger.example/1'): TestPublisher {
  const log = generateSignerKey(origin, 'ed25519');
  const witness = generateSignerKey('witness.example', 'cosignature/v1');
  const policyText = `log ${log.vkey}\nwitness audit-office ${witness.vkey}\nquorum audit-office\n`;
  return {
    policyText,
    policy: parseTrustPolicy(policyText),
    publish: (leaves, { witnessed = true } = {}) => {
      const frontier = openFrontier();
      for (const leaf of leaves) frontier.append(Buffer.from(leaf, 'hex'));
      const text = formatCheckpoint({ origin, size: leaves.length, root: frontier.root(), extensions: [] });
      const signer = parseSignerKey(log.skey);
      const signed = formatSignature({ name: signer.name, id: signer.id, bytes: signer.sign(Buffer.from(text)) });
      const cosigned = witnessed ? cosign(text, parseSignerKey(witness.skey), 1_790_000_000) : '';
      return { size: leaves.length, note: `${text}\n${signed}${cosigned}` };
    },
  };
}
