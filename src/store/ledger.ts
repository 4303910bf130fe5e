import { canonicalJson } from '../domain/canonical-json.ts';
import type {
  LedgerEntry,
  LedgerHead,
  LedgerReader,
  LedgerRow,
  LedgerWriter,
  Receipt,
} from '../domain/ledger-entry.ts';
import { parseStrictJson } from '../domain/strict-json.ts';
import { type Database, translated } from './database.ts';
import { groupCommit } from './group-commit.ts';

const MAX_ENTRY_BYTES = 65_535;
const GROUP = { maxBatch: 256, maxWaiting: 4096 };
const PAGE = 1000;
// As canonical JSON writes it, and not a backslash followed by u0000.
const NUL = /(?<!\\)(?:\\\\)*\\u0000/;

/** Canonical entries are encoded before they wait, so that one that cannot be written never takes others with it. */
export function ledgerWriter(database: Database): LedgerWriter {
  const append = groupCommit(async (entries: readonly string[]): Promise<readonly Receipt[]> => {
    const rows = await database.query<{ index: string | number; leaf: string }>(
      'select index, leaf from ledger.append($1)',
      [JSON.stringify(entries.map((entry) => ({ entry })))],
    );
    return rows.map(({ index, leaf }) => ({ index: Number(index), leaf }));
  }, GROUP);
  return {
    append: async (entry: LedgerEntry) => {
      const text = canonicalJson(entry);
      const bytes = new TextEncoder().encode(text);
      if (bytes.length > MAX_ENTRY_BYTES) throw new RangeError('the ledger entry is too long');
      if (NUL.test(text)) throw new RangeError('PostgreSQL keeps no NUL');
      // Once it is there it stays: what the verifier cannot read would look tampered with for good.
      parseStrictJson(bytes);
      return await translated(append(text));
    },
  };
}

interface EntryRow {
  readonly index: string | number;
  readonly entry: string;
  readonly leaf: string;
  readonly chain: string;
  readonly exchange: string;
  readonly outcome: string;
  readonly consumer: string;
  readonly contract: string;
}

export function ledgerReader(database: Database): LedgerReader {
  return {
    head: async (): Promise<LedgerHead> => {
      const [head] = await translated(
        database.query<{ size: string | number; chain: string }>(
          `select size, encode(chain, 'hex') as chain from ledger.head`,
        ),
      );
      if (head === undefined) throw new TypeError('the ledger has no head');
      return { size: Number(head.size), chain: head.chain };
    },
    rows: async function* rows(size: number): AsyncGenerator<LedgerRow> {
      let after = -1;
      let page: readonly EntryRow[];
      do {
        page = await translated(database.query<EntryRow>(READ_PAGE, [after, size, PAGE]));
        for (const row of page) {
          after = Number(row.index);
          yield rowOf(row);
        }
      } while (page.length === PAGE);
    },
  };
}

// By key, not by offset: entries that somebody took out must show as a gap, not close up.
const READ_PAGE = `
  select index, entry, encode(leaf, 'hex') as leaf, encode(chain, 'hex') as chain, exchange, outcome, consumer, contract
  from ledger.entry where index > $1 and index < $2 order by index limit $3`;

function rowOf({ index, entry, leaf, chain, ...columns }: EntryRow): LedgerRow {
  return { index: Number(index), entry, leaf, chain, columns };
}
