import { verifyExport } from '../src/auditor/verify-export.ts';
import { exportLines } from '../src/ledger/export-format.ts';
import { ledgerArchive } from '../src/store/ledger-archive.ts';
import { openDatabases } from '../src/store/open-databases.ts';
import { median } from './measure.ts';

const ROUNDS = 5;

/** Entries of an export that one core verifies in a minute: reading its lines, every leaf, link and column. */
export async function verifyBench(url: string): Promise<Readonly<Record<string, number>>> {
  const databases = await openDatabases({ url, embeddedDir: '', maxConnections: 1, statementTimeoutMs: 60_000 });
  const ledger = ledgerArchive(databases.control);
  const lines: string[] = [];
  for await (const line of exportLines(ledger)) lines.push(line);
  const { size: pinnedSize, root } = await ledger.head();
  await databases.close();
  const perMinute: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const before = process.cpuUsage();
    const pinned = { size: pinnedSize, hash: root };
    const { verdict, size } = await verifyExport(each(lines), { pinned });
    const { user, system } = process.cpuUsage(before);
    if (verdict !== 'verified') throw new TypeError(`the ledger of the benchmark is ${verdict}`);
    perMinute.push((size * 60_000_000) / (user + system));
  }
  return { verifyPerMinute: Math.round(median(perMinute)), verifiedEntries: lines.length - 2 };
}

async function* each(lines: readonly string[]): AsyncGenerator<string> {
  for (const line of lines) yield await Promise.resolve(line);
}
