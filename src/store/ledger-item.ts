import { canonicalJson } from '../domain/canonical-json.ts';
import { isUuid } from '../domain/identifier.ts';
import type { LedgerEntry } from '../domain/ledger-entry.ts';
import type { SealedPart } from '../domain/personal-parts.ts';
import { parseStrictJson } from '../domain/strict-json.ts';

const MAX_ENTRY_BYTES = 65_535;
// As canonical JSON writes it, and not a backslash followed by u0000.
const NUL = /(?<!\\)(?:\\\\)*\\u0000/;

/**
 * What ledger.append takes of one entry, as JSON. Encoded before it waits, so that one that cannot be written never
 * takes others with it.
 * @throws RangeError or StrictJsonError for an entry that the ledger cannot hold
 */
export function ledgerItem(entry: LedgerEntry, aside: readonly SealedPart[] = []): string {
  const text = canonicalJson(entry);
  const bytes = new TextEncoder().encode(text);
  if (bytes.length > MAX_ENTRY_BYTES) throw new RangeError('the ledger entry is too long');
  const id = entry.kind === 'exchange' ? entry.exchange : entry.id;
  // By it the entry is found when it is sent again, and what is kept aside for it.
  if (!isUuid(id)) throw new RangeError('the ledger entry has no id');
  if (NUL.test(text)) throw new RangeError('PostgreSQL keeps no NUL');
  // Once it is there it stays: what the verifier cannot read would look tampered with for good.
  parseStrictJson(bytes);
  if (aside.length === 0) return JSON.stringify({ entry: text });
  return JSON.stringify({ entry: text, id, sealed: aside.map(partOf) });
}

function partOf({ subject, kid, nonce, box }: SealedPart) {
  return {
    ...(subject === undefined ? {} : { subject: base64(subject) }),
    kid,
    nonce: base64(nonce),
    box: base64(box),
  };
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64');
}
