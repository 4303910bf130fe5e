import { createHash } from 'node:crypto';
import { isJsonObject, type JsonObject } from '../domain/json.ts';
import type { Receipt } from '../domain/ledger-entry.ts';
import { parseStrictJson } from '../domain/strict-json.ts';
import { commitment } from './check-claims.ts';
import type { Reply } from './connection.ts';
import { ShuqiaoAnswerInvalid } from './shuqiao-answer-invalid.ts';

/**
 * What the entry of the exchange must say, recomputed from what was sent and what came. Who keeps these and the receipt
 * can show later what was exchanged; nobody can find it out from the entry.
 */
export interface Evidence {
  /** SHA-256 of the answer as it came, base64url. */
  readonly answer: string;
  /** HMAC-SHA-256(salt, canonical JSON of the data), base64url. */
  readonly released: string;
  /** HMAC-SHA-256(salt, the body of the request as it was sent), base64url. */
  readonly request: string;
}

/** @throws ShuqiaoAnswerInvalid `receipt` */
export function receiptOf({ headers }: Reply): Receipt {
  const { 'receipt-index': index, 'receipt-leaf': leaf } = headers;
  if (typeof index !== 'string' || !/^(?:0|[1-9]\d{0,14})$/.test(index)) throw new ShuqiaoAnswerInvalid('receipt');
  if (typeof leaf !== 'string' || !/^[0-9a-f]{64}$/.test(leaf)) throw new ShuqiaoAnswerInvalid('receipt');
  return { index: Number(index), leaf };
}

export function evidenceOf(
  { salt, digest }: { readonly salt: string; readonly digest: string },
  { sent, received }: { readonly sent: string; readonly received: Uint8Array },
): Evidence {
  return {
    answer: createHash('sha256').update(received).digest('base64url'),
    released: digest,
    request: commitment(salt, sent),
  };
}

/**
 * Whether an entry that an auditor shows, the text as the ledger has it, is the one that the receipt is for, and says
 * what was exchanged.
 */
export function isEntryOf(entry: string, { receipt, evidence }: { receipt: Receipt; evidence: Evidence }): boolean {
  const leaf = createHash('sha256').update(Uint8Array.of(0)).update(entry, 'utf8').digest('hex');
  const { digests, outcome } = objectOf(entry);
  if (leaf !== receipt.leaf || outcome !== 'released' || !isJsonObject(digests)) return false;
  return (
    digests['answer'] === evidence.answer &&
    digests['released'] === evidence.released &&
    digests['request'] === evidence.request
  );
}

function objectOf(entry: string): JsonObject {
  try {
    const value = parseStrictJson(Buffer.from(entry));
    return isJsonObject(value) ? value : {};
  } catch {
    return {};
  }
}
