import type { Found } from '../rehearsal/found-at.ts';
import type { Simulated, SimulatedField } from '../rehearsal/simulate.ts';
import { REASONS } from '../review/reasons.ts';

/** All of one call of the command. */
export interface Simulation {
  readonly grant: string;
  readonly contract: string;
  readonly purpose: string;
  readonly consumer: string;
  readonly now: string;
  /** What the records were made up by; null where one was given. */
  readonly seed: number | null;
  readonly exchanges: readonly Simulated[];
}

const MOST_COLUMNS = 48;
const GAP = '  ';
const NO_VALUE = '–';

/** Three columns for each exchange: what the source holds, what the consumer gets, and why. */
export function simulationText({ grant, contract, purpose, consumer, now, seed, exchanges }: Simulation): string {
  const of = seed === null ? 'a given record' : `made-up records, seed ${seed}`;
  const codes = new Set(exchanges.flatMap(({ fields }) => fields.map(({ reason }) => reason)));
  const legend = [...codes].sort().map((code) => `${code}: ${REASONS[code].en} ${REASONS[code].zh}`);
  return [
    `${grant}: ${consumer} for ${purpose} from ${contract}, at ${now}; ${of}`,
    ...exchanges.map(exchangeText),
    '',
    ...legend,
    '',
  ].join('\n');
}

function exchangeText({ query, decision, code, fields }: Simulated, index: number): string {
  const head = `\n${index + 1}. ${code === undefined ? decision : `${decision}: ${code}`}  query ${JSON.stringify(query)}`;
  if (fields.length === 0) return head;
  const rows = [['the source holds', 'the consumer gets', 'why'], ...fields.flatMap(rowsOf)];
  const widths = [0, 1].map((column) => Math.max(...rows.map((row) => widthOf(row[column] ?? ''))));
  const lines = rows.map((row) =>
    row
      .map((cell, column) => cell + ' '.repeat(Math.max(0, (widths[column] ?? 0) - widthOf(cell))))
      .join(GAP)
      .trimEnd(),
  );
  return `${head}\n${lines.map((line) => `   ${line}`).join('\n')}`;
}

/** One row for each value: of several in a list each side says by a pointer of its own which one it is. */
function rowsOf({ path, output, held, got, reason, treatment, precision }: SimulatedField): readonly string[][] {
  const why = treatment === undefined ? reason : `${reason}  ${treatment}  ${precision}`;
  const count = Math.max(held.length, got.length, 1);
  return Array.from({ length: count }, (_, at) => [
    cellOf(held[at], at === 0 ? path : ''),
    output === undefined ? NO_VALUE : cellOf(got[at], at === 0 ? output : ''),
    at === 0 ? why : '',
  ]);
}

function cellOf(found: Found | undefined, path: string): string {
  if (found === undefined) return path === '' ? '' : `${path} ${NO_VALUE}`;
  return `${found.pointer} ${cut(JSON.stringify(found.value))}`;
}

function cut(text: string): string {
  const characters = Array.from(text);
  return characters.length > MOST_COLUMNS ? `${characters.slice(0, MOST_COLUMNS - 1).join('')}…` : text;
}

// East Asian Width W and F (UAX #11), as far as names and addresses need it: a terminal gives these two columns.
const WIDE =
  /[\u1100-\u115F\u2E80-\u303E\u3041-\uA4CF\uAC00-\uD7A3\uF900-\uFAFF\uFE30-\uFE6F\uFF01-\uFF60\uFFE0-\uFFE6\u{1F300}-\u{1F64F}\u{20000}-\u{3FFFD}]/u;

function widthOf(text: string): number {
  return Array.from(text).reduce((width, character) => width + (WIDE.test(character) ? 2 : 1), 0);
}
