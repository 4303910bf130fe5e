import { canonicalJson } from '../domain/canonical-json.ts';
import type { JsonObject, JsonValue } from '../domain/json.ts';
import type { LedgerHead, LedgerRow } from '../domain/ledger-entry.ts';
import { chainHash, GENESIS_CHAIN, leafHash } from './hashes.ts';
import { objectOf } from './object-of.ts';

/** Why a ledger is not what was once written, with the first index at which it shows. */
export interface Breach {
  readonly index: number;
  readonly reason: string;
}

export interface Verification {
  /** `incomplete`: nothing contradicts, but there is not enough to call it verified. */
  readonly verdict: 'verified' | 'tampered' | 'incomplete';
  readonly size: number;
  readonly chain: string;
  readonly breach?: Breach;
  /** What is missing, when incomplete. */
  readonly missing?: string;
}

/** A head that somebody noted earlier and kept outside the database. */
export type PinnedHead = LedgerHead;

interface Claims {
  /** What the ledger says of itself at its end; undefined if it does not say. */
  readonly head: LedgerHead | undefined;
  readonly pinned?: PinnedHead;
}

/** Recomputes every leaf and link from the stored bytes and stops at the first that differs. */
export async function verifyLedger(rows: AsyncIterable<LedgerRow>, claims: () => Claims): Promise<Verification> {
  const pinnedSize = claims().pinned?.size;
  let at: LedgerHead = { size: 0, chain: GENESIS_CHAIN };
  let chainAtPin = pinnedSize === 0 ? at.chain : undefined;
  for await (const row of rows) {
    const reason = breachOf(row, at);
    if (reason !== undefined) return tampered(at, { index: at.size, reason });
    at = { size: at.size + 1, chain: row.chain };
    if (at.size === pinnedSize) chainAtPin = at.chain;
  }
  return judge(at, { ...claims(), chainAtPin });
}

function tampered(at: LedgerHead, breach: Breach): Verification {
  return { verdict: 'tampered', ...at, breach };
}

/** The rows hold together; whether they are all there is for the head and the pinned head to say. */
function judge(
  at: LedgerHead,
  { head, pinned, chainAtPin }: Claims & { readonly chainAtPin: string | undefined },
): Verification {
  const breach = (reason: string, index = at.size): Verification => tampered(at, { index, reason });
  if (pinned !== undefined && chainAtPin === undefined) {
    return breach(`entries are gone: ${pinned.size} were there when the head was pinned`);
  }
  if (pinned !== undefined && chainAtPin !== pinned.chain)
    return breach('an entry before the pinned head was changed', pinned.size);
  if (head === undefined) return { verdict: 'incomplete', ...at, missing: 'the closing line of the export' };
  if (head.size !== at.size) return breach(`the head counts ${head.size} entries, but ${at.size} are there`);
  if (head.chain !== at.chain) return breach('the head does not end the chain');
  // A ledger without entries proves nothing, and is what a deleted one looks like.
  if (at.size === 0) return { verdict: 'incomplete', ...at, missing: 'any entry' };
  return { verdict: 'verified', ...at };
}

function breachOf(row: LedgerRow, { size: index, chain }: LedgerHead): string | undefined {
  if (row.index !== index) return `entry ${index} is missing; the next there is ${row.index}`;
  if (leafHash(row.entry) !== row.leaf) return 'the entry was changed: it does not hash to its leaf';
  if (chainHash(chain, row.leaf) !== row.chain)
    return 'the leaf or the chain was changed: they do not link to the entry before';
  const entry = objectOf(row.entry);
  if (entry === undefined || canonicalJson(entry) !== row.entry) return 'the entry is not canonical JSON';
  const derived = columnsOf(entry);
  const column = COLUMNS.find((name) => row.columns[name] !== derived[name]);
  return column === undefined ? undefined : `the search column ${column} does not say what the entry says`;
}

const COLUMNS = ['exchange', 'outcome', 'consumer', 'contract'] as const;

/** What the ledger copies out of an entry for searching; SQL does the same in `ledger.append`. */
export function columnsOf(entry: JsonObject): LedgerRow['columns'] {
  const text = (value: JsonValue | undefined): string => (typeof value === 'string' ? value : '');
  return {
    exchange: text(entry['exchange']),
    outcome: text(entry['outcome']),
    consumer: text(entry['consumer']),
    contract: text(entry['contract']),
  };
}
