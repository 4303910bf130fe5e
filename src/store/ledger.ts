import type { LedgerHead, LedgerReader, LedgerRow, LedgerWriter } from '../domain/ledger-entry.ts';
import { appendBatch, isDataFault } from './append-batch.ts';
import { type Database, translated } from './database.ts';
import { groupCommit } from './group-commit.ts';
import { ledgerItem } from './ledger-item.ts';

const GROUP = { maxBatch: 256, maxWaiting: 4096, maxWaitMs: 1000, isFaultOfOne: isDataFault };
const PAGE = 1000;

/** Many exchanges' entries in one commit, in the order in which they came. */
export function ledgerWriter(database: Database): LedgerWriter {
  const append = groupCommit(appendBatch(database), GROUP);
  return {
    append: async (entry, aside) => {
      const item = ledgerItem(entry, aside);
      return await translated(append(item));
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
    rows: async function* rows(size: number, from = 0): AsyncGenerator<LedgerRow> {
      let after = from - 1;
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
