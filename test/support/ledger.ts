import type { Verification } from '../../src/auditor/verification.ts';
import { verifyExport } from '../../src/auditor/verify-export.ts';
import type { JsonObject } from '../../src/domain/json.ts';
import type { ExchangeEntry, LedgerHead, LedgerRow } from '../../src/domain/ledger-entry.ts';
import { exportLines } from '../../src/ledger/export-format.ts';
import { ledgerReader, ledgerWriter } from '../../src/store/ledger.ts';
import { ledgerArchive } from '../../src/store/ledger-archive.ts';
import type { Databases } from '../../src/store/open-databases.ts';
import { openFrontier } from '../../src/transparency/frontier.ts';

let made = 0;

/** Never the same twice in this process: the ledger holds each exchange once. */
function exchangeNumber(number: number): string {
  made += 1;
  return `${made.toString(16).padStart(8, '0')}-0000-7000-8000-${number.toString(16).padStart(12, '0')}`;
}

/** Which number `entryNumber` was told. */
export function numberOf(exchange: string | undefined): number {
  return Number.parseInt(exchange?.slice(24) ?? '', 16);
}

/** An entry, of an exchange of its own, that says which it is, and more if it is told to. */
export function entryNumber(number: number, more: JsonObject = {}): ExchangeEntry {
  return {
    v: 1,
    kind: 'exchange',
    exchange: exchangeNumber(number),
    outcome: 'refused',
    consumer: 'hotline.agent-desk',
    contract: 'public-security.resident-identity.v1',
    ...more,
  };
}

/** Appends entries number 0 up to `count`. */
export async function appendEntries({ exchange }: Pick<Databases, 'exchange'>, count: number): Promise<void> {
  const { append } = ledgerWriter(exchange);
  await Promise.all(Array.from({ length: count }, async (_, number) => await append(entryNumber(number))));
}

export async function readRows({ control }: Pick<Databases, 'control'>): Promise<readonly LedgerRow[]> {
  const rows: LedgerRow[] = [];
  for await (const row of ledgerReader(control).rows(Number.MAX_SAFE_INTEGER)) rows.push(row);
  return rows;
}

/** As `shuqiao ledger verify` does. */
export async function verifyDatabase(
  { control }: Pick<Databases, 'control'>,
  pinned?: LedgerHead,
): Promise<Verification> {
  const lines = exportLines(ledgerArchive(control), { all: true });
  return await verifyExport(lines, pinned === undefined ? {} : { pinned: { size: pinned.size, hash: pinned.chain } });
}

/** Size, root and frontier that the ledger says it has, and those of the tree over the leaves of its rows. */
export async function treesOf({
  control,
}: Pick<Databases, 'control'>): Promise<{ stored: unknown; computed: unknown }> {
  const [head] = await control.query<{ size: string; root: string; frontier: string }>(
    `select size::text, encode(root, 'hex') as root, encode(frontier, 'hex') as frontier from ledger.head`,
  );
  const frontier = openFrontier();
  for (const { leaf } of await readRows({ control })) frontier.append(Buffer.from(leaf, 'hex'));
  return {
    stored: head,
    computed: {
      size: String(frontier.size),
      root: Buffer.from(frontier.root()).toString('hex'),
      frontier: Buffer.concat(frontier.nodes()).toString('hex'),
    },
  };
}
