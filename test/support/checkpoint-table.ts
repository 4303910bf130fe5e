import { formatCheckpoint } from '../../src/transparency/checkpoint.ts';
import { openFrontier } from '../../src/transparency/frontier.ts';
import { generateSignerKey, parseSignerKey } from '../../src/transparency/note-keys.ts';
import { formatNote, signNote } from '../../src/transparency/signed-note.ts';
import type { Harness } from './harness.ts';

export const ORIGIN = 'ledger.example/1';

export interface Publishing {
  /** For a trust policy. */
  readonly vkey: string;
  /** Signs the log as it stands now and stores the checkpoint; what was stored before it stays. */
  publish(): Promise<string>;
}

/** A publisher of a ledger, in one hand: a log of a key of its own, without witnesses. */
export async function publishing(harness: Harness): Promise<Publishing> {
  const { skey, vkey } = generateSignerKey(ORIGIN, 'ed25519');
  const signer = parseSignerKey(skey);
  return {
    vkey,
    publish: async () => {
      const tree = openFrontier();
      const { ledger } = harness.gateway;
      for await (const { leaf } of ledger.rows((await ledger.head()).size)) tree.append(Buffer.from(leaf, 'hex'));
      const text = formatCheckpoint({ origin: ORIGIN, size: tree.size, root: tree.root(), extensions: [] });
      const note = formatNote({ text, signatures: [signNote(text, signer)] });
      await harness.database.tamper(`insert into ledger.checkpoint values (${tree.size}, '${note}')`);
      return note;
    },
  };
}
