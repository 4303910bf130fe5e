import { parseArgs } from 'node:util';
import { loadRetention } from '../policy/load-retention.ts';
import { ledgerArchive } from '../store/ledger-archive.ts';
import { prunable } from '../store/pruning.ts';
import { type Command, EXIT, UsageError } from './command.ts';
import { withControl } from './control-database.ts';
import { RETENTION_OPTION } from './retention-option.ts';

export const ledgerPrunePlan: Command = {
  usage: 'shuqiao ledger prune plan [--retention FILE]',
  summary: 'Says which of the oldest entries need not be kept any longer, and how to go on. Changes nothing.',
  errorExit: EXIT.failed,
  run: async (args, shell) => {
    const { values, positionals } = parseArgs({ args: [...args], allowPositionals: true, options: RETENTION_OPTION });
    if (positionals.length > 0) throw new UsageError();
    const retention = loadRetention(values.retention);
    return await withControl(shell, async (control) => {
      const archive = ledgerArchive(control);
      const ledger = prunable(control);
      const last = await ledger.last();
      if (last?.finished === false) {
        shell.out(`Entry ${last.by} records that those before ${last.upto} go: shuqiao ledger prune drop.\n`);
        return EXIT.ok;
      }
      const size = await ledger.partitionSize();
      const begins = await archive.begins();
      const covered = (await archive.checkpoint())?.size ?? 0;
      let to = begins;
      for (; to + size <= covered; to += size) {
        const newest = await ledger.newestAt(to, to + size);
        if (newest === undefined || !retention.isOver(newest, Date.now())) break;
      }
      shell.out(
        to === begins
          ? `Of the ledger from entry ${begins} on nothing can go: not a whole partition of ${size} is past its time and under a checkpoint.\n`
          : `Entries ${begins} to ${to - 1} can go: shuqiao ledger export --until ${to} --output FILE, then shuqiao ledger prune record.\n`,
      );
      return EXIT.ok;
    });
  },
};
