import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import type { LedgerArchive } from '../ledger/export-format.ts';
import { inclusionProof } from '../transparency/prove.ts';
import { formatTlogProof } from '../transparency/tlog-proof.ts';
import { type Command, EXIT, UsageError } from './command.ts';
import { withLedger } from './ledger-source.ts';
import { prunedText } from './pruned-text.ts';

const OPTIONS = { output: { type: 'string' } } as const;

export const ledgerProof: Command = {
  usage: 'shuqiao ledger proof EXCHANGE|INDEX [--output FILE.tlog-proof]',
  summary: 'Writes the receipt of one entry under the newest checkpoint, which verifies without the database.',
  errorExit: EXIT.error,
  run: async (args, shell) => {
    const { values, positionals } = parseArgs({ args: [...args], allowPositionals: true, options: OPTIONS });
    const [which, ...rest] = positionals;
    if (which === undefined || rest.length > 0) throw new UsageError();
    const file = await withLedger(shell, async (ledger) => await prove(ledger, which));
    if (values.output === undefined) shell.out(file);
    else writeFileSync(values.output, file, { flag: 'wx' });
    return EXIT.ok;
  },
};

async function prove(ledger: LedgerArchive, which: string): Promise<string> {
  const checkpoint = await ledger.checkpoint();
  if (checkpoint === undefined) throw new Error('The ledger has no checkpoint yet.');
  const index = /^(?:0|[1-9]\d{0,14})$/.test(which) ? Number(which) : await ledger.indexOf(which);
  const pruning = await ledger.pruning();
  if (index === undefined) throw new Error(`The ledger has no entry of this exchange.${prunedText(pruning)}`);
  if (index < (pruning?.upto ?? 0)) throw new Error(`The ledger has no entry ${index} any more.${prunedText(pruning)}`);
  if (index >= checkpoint.size)
    throw new Error(`The newest checkpoint covers ${checkpoint.size} entries, and not entry ${index} yet.`);
  const hashes = await inclusionProof(ledger.hashes(checkpoint.size), index, checkpoint.size);
  return formatTlogProof({ extra: undefined, index, hashes, checkpoint: checkpoint.note });
}
