import type { Verification } from '../../src/auditor/verification.ts';
import { verifyExport } from '../../src/auditor/verify-export.ts';
import type { JsonObject } from '../../src/domain/json.ts';
import type { LedgerEntry, LedgerHead, LedgerRow } from '../../src/domain/ledger-entry.ts';
import { exportLines } from '../../src/ledger/export-format.ts';
import { ledgerReader, ledgerWriter } from '../../src/store/ledger.ts';
import { ledgerArchive } from '../../src/store/ledger-archive.ts';
import type { Databases } from '../../src/store/open-databases.ts';

/** An entry that says which it is, and more if it is told to. */
export function entryNumber(number: number, more: JsonObject = {}): LedgerEntry {
  return {
    v: 1,
    kind: 'exchange',
    exchange: `exchange-${number}`,
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
