import { exportLines, readExport } from '../src/ledger/export-format.ts';
import { verifyLedger } from '../src/ledger/verify.ts';
import { ledgerReader } from '../src/store/ledger.ts';
import { openDatabases } from '../src/store/open-databases.ts';
import { median } from './measure.ts';

const ROUNDS = 5;

/** Entries of an export that one core verifies in a minute: reading its lines, every leaf, link and column. */
export async function verifyBench(url: string): Promise<Readonly<Record<string, number>>> {
  const databases = await openDatabases({ url, embeddedDir: '', maxConnections: 1, statementTimeoutMs: 60_000 });
  const lines: string[] = [];
  for await (const line of exportLines(ledgerReader(databases.control))) lines.push(line);
  await databases.close();
  const perMinute: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const before = process.cpuUsage();
    const { rows, head } = readExport(each(lines));
    const { verdict, size } = await verifyLedger(rows, () => ({ head: head() }));
    const { user, system } = process.cpuUsage(before);
    if (verdict !== 'verified') throw new TypeError(`the ledger of the benchmark is ${verdict}`);
    perMinute.push((size * 60_000_000) / (user + system));
  }
  return { verifyPerMinute: Math.round(median(perMinute)), verifiedEntries: lines.length - 2 };
}

async function* each(lines: readonly string[]): AsyncGenerator<string> {
  for (const line of lines) yield await Promise.resolve(line);
}
