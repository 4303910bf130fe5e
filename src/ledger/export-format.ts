import type { JsonObject, JsonValue } from '../domain/json.ts';
import type { LedgerHead, LedgerReader, LedgerRow } from '../domain/ledger-entry.ts';
import { objectOf } from './object-of.ts';
import { columnsOf } from './verify.ts';

const FORMAT = 'shuqiao-ledger';
const VERSION = 1;

/**
 * A ledger as lines of JSON: an opening line, one line an entry, and a closing line with the head, without which a
 * cut-off file would look like a whole one.
 */
export async function* exportLines(ledger: LedgerReader): AsyncGenerator<string> {
  const head = await ledger.head();
  yield line({ format: FORMAT, version: VERSION });
  for await (const { index, entry, leaf, chain } of ledger.rows(head.size)) yield line({ index, entry, leaf, chain });
  yield line({ size: head.size, chain: head.chain });
}

function line(value: JsonValue): string {
  return `${JSON.stringify(value)}\n`;
}

export class ExportFormatError extends Error {
  constructor(lineNumber: number, message: string) {
    super(`line ${lineNumber}: ${message}`);
    this.name = 'ExportFormatError';
  }
}

export interface LedgerExport {
  readonly rows: AsyncIterable<LedgerRow>;
  /** The closing line, once the rows were read and if there is one. */
  head(): LedgerHead | undefined;
}

/**
 * Reads what `exportLines` writes, line by line and without keeping it.
 * @throws ExportFormatError while iterating
 */
export function readExport(lines: AsyncIterable<string>): LedgerExport {
  let head: LedgerHead | undefined;
  async function* rows(): AsyncGenerator<LedgerRow> {
    let number = 0;
    let opened = false;
    for await (const text of lines) {
      number += 1;
      if (text.trim() === '') continue;
      const value = objectOf(text);
      if (value === undefined) throw new ExportFormatError(number, 'this is not an object of JSON');
      if (!opened) {
        opened = true;
        if (value['format'] !== FORMAT || value['version'] !== VERSION)
          throw new ExportFormatError(number, 'this is not an export of a ledger');
      } else if (head !== undefined) {
        throw new ExportFormatError(number, 'there is something after the closing line');
      } else if (
        typeof value['size'] === 'number' &&
        typeof value['chain'] === 'string' &&
        Object.keys(value).length === 2
      ) {
        head = { size: value['size'], chain: value['chain'] };
      } else {
        yield rowOf(value, number);
      }
    }
    if (number === 0) throw new ExportFormatError(0, 'the file is empty');
  }
  return { rows: rows(), head: () => head };
}

function rowOf(value: JsonObject, number: number): LedgerRow {
  const { index, entry, leaf, chain } = value;
  const known =
    typeof index === 'number' && typeof entry === 'string' && typeof leaf === 'string' && typeof chain === 'string';
  // Nothing besides: what nobody verifies must not travel in what is called verified.
  if (!known || Object.keys(value).length > 4) {
    throw new ExportFormatError(number, 'an entry has index, entry, leaf and chain, and nothing else');
  }
  // An export carries no search columns: there is nothing beside the entry that could say otherwise.
  return { index, entry, leaf, chain, columns: columnsOf(objectOf(entry) ?? {}) };
}
