import { createReadStream, readFileSync, statSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { Expectations, HeldReceipt, Pinned } from '../auditor/expectations.ts';
import type { Verification } from '../auditor/verification.ts';
import { verifyExport } from '../auditor/verify-export.ts';
import { type ReceiptVerification, verifyReceipt } from '../auditor/verify-receipt.ts';
import { verifyTiles } from '../auditor/verify-tiles.ts';
import { parseTrustPolicy } from '../transparency/parse-trust-policy.ts';
import { type Command, EXIT, type Shell, UsageError } from './command.ts';
import { describeReceipt, describeVerification } from './verification-text.ts';

const OPTIONS = {
  policy: { type: 'string' },
  since: { type: 'string' },
  pinned: { type: 'string' },
  receipt: { type: 'string', multiple: true },
  entry: { type: 'string' },
  leaf: { type: 'string' },
  json: { type: 'boolean' },
} as const;

/** Everything but the database's own reader is loaded of the auditor's code only: see docs/audit-guide.md. */
export const ledgerVerify: Command = {
  usage:
    'shuqiao ledger verify [--policy FILE [--since CHECKPOINT]] [--pinned SIZE:CHAIN|SIZE:ROOT] [--receipt INDEX:LEAF]... [--json] [EXPORT|DIR|-]\n' +
    '       shuqiao ledger verify --policy FILE --entry FILE|--leaf HEX [--json] RECEIPT.tlog-proof',
  summary:
    'Computes a log again, from an export, a folder of tiles or the database, or checks the receipt of one entry. Exit: 0 verified, 1 tampered, 2 not anchored or incomplete.',
  run: async (args, shell) => {
    const { values, positionals } = parseArgs({ args: [...args], allowPositionals: true, options: OPTIONS });
    const [source, ...rest] = positionals;
    if (rest.length > 0 || (values.since !== undefined && values.policy === undefined)) throw new UsageError();
    const expected: Expectations = {
      policy: values.policy === undefined ? undefined : parseTrustPolicy(readFileSync(values.policy, 'latin1')),
      since: values.since === undefined ? undefined : readFileSync(values.since, 'utf8'),
      pinned: values.pinned === undefined ? undefined : parsePinned(values.pinned),
      receipts: (values.receipt ?? []).map(parseReceipt),
    };
    const show = (told: Verification | ReceiptVerification, text: string): number => {
      shell.out(values.json === true ? `${JSON.stringify(told)}\n` : text);
      return { verified: EXIT.ok, tampered: EXIT.failed, consistent: EXIT.incomplete, incomplete: EXIT.incomplete }[
        told.verdict
      ];
    };
    if (source?.endsWith('.tlog-proof') === true) {
      const claimed = claimedOf(values);
      const told = verifyReceipt(readFileSync(source, 'utf8'), { policy: expected.policy, ...claimed });
      return show(told, describeReceipt(told));
    }
    if (values.entry !== undefined || values.leaf !== undefined) throw new UsageError();
    const told = await verify(source, expected, shell);
    return show(told, describeVerification(told, expected));
  },
};

async function verify(source: string | undefined, expected: Expectations, shell: Shell): Promise<Verification> {
  if (source === undefined) {
    // Only here anything is loaded that knows a database.
    const { exportOfDatabase } = await import('./export-of-database.ts');
    return await exportOfDatabase(shell, async (lines) => await verifyExport(lines, expected));
  }
  if (source === '-') return await verifyExport(shell.stdin, expected);
  return statSync(source).isDirectory()
    ? await verifyTiles(async (path) => await readIfThere(join(source, path)), expected)
    : await verifyExport(createReadStream(source), expected);
}

async function readIfThere(file: string): Promise<Uint8Array | undefined> {
  try {
    return await readFile(file);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}

function parsePinned(text: string): Pinned {
  const { number, hash } = parsePair(text);
  return { size: number, hash };
}

function parseReceipt(text: string): HeldReceipt {
  const { number, hash } = parsePair(text);
  return { index: number, leaf: hash };
}

function parsePair(text: string): { readonly number: number; readonly hash: string } {
  const [, digits, hash] = /^(0|[1-9]\d{0,15}):([0-9a-f]{64})$/.exec(text) ?? [];
  const number = Number(digits);
  if (hash === undefined || !Number.isSafeInteger(number)) throw new UsageError();
  return { number, hash };
}

function claimedOf({ entry, leaf }: { entry?: string | undefined; leaf?: string | undefined }): {
  readonly entry?: string;
  readonly leaf?: Uint8Array;
} {
  if ((entry === undefined) === (leaf === undefined)) throw new UsageError();
  if (leaf !== undefined && !/^[0-9a-f]{64}$/.test(leaf)) throw new UsageError();
  if (leaf !== undefined) return { leaf: Buffer.from(leaf, 'hex') };
  // Editors end a file with a newline; no entry has one at its end.
  return { entry: readFileSync(entry ?? '', 'utf8').replace(/\n$/, '') };
}
