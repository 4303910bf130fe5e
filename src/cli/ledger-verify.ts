import { parseArgs } from 'node:util';
import type { LedgerHead } from '../domain/ledger-entry.ts';
import { ExportFormatError } from '../ledger/export-format.ts';
import { type Verification, verifyLedger } from '../ledger/verify.ts';
import { type Command, EXIT, type Shell, UsageError } from './command.ts';
import { exportedLedger, withLedger } from './ledger-source.ts';

export const ledgerVerify: Command = {
  usage: 'shuqiao ledger verify [EXPORT|-] [--pinned SIZE:CHAIN] [--json]',
  summary: 'Recomputes the whole ledger, of the database or of an export. Exit: 0 verified, 1 tampered, 2 incomplete.',
  run: async (args, shell) => {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: { pinned: { type: 'string' }, json: { type: 'boolean' } },
    });
    const [file, ...rest] = positionals;
    if (rest.length > 0) throw new UsageError();
    const pinned = values.pinned === undefined ? undefined : parseHead(values.pinned);
    const verification =
      file === undefined ? await verifyDatabase(shell, pinned) : await verifyExport(shell, { file, pinned });
    shell.out(values.json === true ? `${JSON.stringify(verification)}\n` : describe(verification, pinned));
    return { verified: EXIT.ok, tampered: EXIT.failed, incomplete: EXIT.incomplete }[verification.verdict];
  },
};

async function verifyDatabase(shell: Shell, pinned: LedgerHead | undefined): Promise<Verification> {
  return await withLedger(shell, async (ledger) => {
    // The head first: what is appended meanwhile is not part of what is verified.
    const head = await ledger.head();
    // One more than the head counts: an entry beyond it was not put there by the ledger.
    return await verifyLedger(ledger.rows(head.size + 1), () => ({
      head,
      ...(pinned === undefined ? {} : { pinned }),
    }));
  });
}

async function verifyExport(
  shell: Shell,
  { file, pinned }: { readonly file: string; readonly pinned: LedgerHead | undefined },
): Promise<Verification> {
  const { rows, head } = exportedLedger(file, shell);
  try {
    return await verifyLedger(rows, () => ({ head: head(), ...(pinned === undefined ? {} : { pinned }) }));
  } catch (error) {
    if (!(error instanceof ExportFormatError)) throw error;
    return { verdict: 'incomplete', size: 0, chain: '', missing: `a readable export (${error.message})` };
  }
}

function parseHead(text: string): LedgerHead {
  const [, size, chain] = /^(\d+):([0-9a-f]{64})$/.exec(text) ?? [];
  if (size === undefined || chain === undefined) throw new UsageError();
  return { size: Number(size), chain };
}

function describe({ verdict, size, chain, breach, missing }: Verification, pinned: LedgerHead | undefined): string {
  if (breach !== undefined) return `TAMPERED at index ${breach.index}: ${breach.reason}.\n`;
  if (verdict === 'incomplete')
    return `INCOMPLETE: ${missing ?? 'something'} is missing; ${size} entries were read and hold together.\n`;
  const anchored =
    pinned === undefined
      ? 'Nothing outside the database was compared: who can rewrite all of it could have. Keep this head somewhere else and give it as --pinned next time.'
      : `It continues the pinned head ${pinned.size}:${pinned.chain}.`;
  return `VERIFIED: ${size} entries, head ${size}:${chain}\n${anchored}\n`;
}
