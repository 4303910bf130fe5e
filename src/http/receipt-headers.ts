import type { Receipt } from '../domain/ledger-entry.ts';
import { HEADERS } from './headers.ts';

export function receiptHeaders({ index, leaf }: Receipt): Readonly<Record<string, string>> {
  return { [HEADERS.receiptIndex.name]: String(index), [HEADERS.receiptLeaf.name]: leaf };
}
