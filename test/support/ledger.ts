import type { JsonObject } from '../../src/domain/json.ts';
import type { LedgerEntry, LedgerHead, LedgerRow } from '../../src/domain/ledger-entry.ts';
import { type Verification, verifyLedger } from '../../src/ledger/verify.ts';
import { ledgerReader, ledgerWriter } from '../../src/store/ledger.ts';
import type { Databases } from '../../src/store/open-databases.ts';

/** The id of exchange number so and so. */
export function exchangeNumber(number: number): string {
  return `00000000-0000-7000-8000-${number.toString(16).padStart(12, '0')}`;
}

/** An entry that says which it is, and more if it is told to. */
export function entryNumber(number: number, more: JsonObject = {}): LedgerEntry {
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
  const ledger = ledgerReader(control);
  const head = await ledger.head();
  return await verifyLedger(ledger.rows(head.size + 1), () => ({
    head,
    ...(pinned === undefined ? {} : { pinned }),
  }));
}
