import type { Json, JsonObject } from './read-canonical.ts';

const COLUMNS = ['exchange', 'outcome', 'consumer', 'contract'] as const;

/** What a ledger keeps beside an entry, to search by. */
export type SearchColumns = Readonly<Record<(typeof COLUMNS)[number], string>>;

/** In the order in which they are written; undefined if some are not there. */
export function searchColumns(given: unknown): SearchColumns | undefined {
  if (typeof given !== 'object' || given === null) return undefined;
  const members: { readonly [key: string]: unknown } = { ...given };
  const { exchange, outcome, consumer, contract } = members;
  return typeof exchange === 'string' &&
    typeof outcome === 'string' &&
    typeof consumer === 'string' &&
    typeof contract === 'string'
    ? { exchange, outcome, consumer, contract }
    : undefined;
}

/** What they have to be. */
export function columnsOf(entry: JsonObject): SearchColumns {
  const text = (value: Json | undefined): string => (typeof value === 'string' ? value : '');
  return {
    exchange: text(entry['exchange']),
    outcome: text(entry['outcome']),
    consumer: text(entry['consumer']),
    contract: text(entry['contract']),
  };
}

/** The first that says something else than the entry. */
export function differingColumn(columns: SearchColumns, entry: JsonObject): string | undefined {
  const derived = columnsOf(entry);
  return COLUMNS.find((name) => columns[name] !== derived[name]);
}
