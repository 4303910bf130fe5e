import { createWriteStream } from 'node:fs';
import { Readable, Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { parseArgs } from 'node:util';
import { exportLines } from '../ledger/export-format.ts';
import { type Command, EXIT, UsageError } from './command.ts';
import { withLedger } from './ledger-source.ts';

export const ledgerExport: Command = {
  usage: 'shuqiao ledger export [--output FILE]',
  summary: 'Writes the whole ledger as lines of JSON, to standard output or a new file.',
  run: async (args, shell) => {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: { output: { type: 'string' } },
    });
    if (positionals.length > 0) throw new UsageError();
    const { output } = values;
    await withLedger(shell, async (ledger) => {
      // Before the file is made, so that a database that is away leaves none behind.
      await ledger.head();
      const sink = output === undefined ? toShell(shell.out) : createWriteStream(output, { flags: 'wx', mode: 0o600 });
      await pipeline(Readable.from(exportLines(ledger)), sink);
    });
    return EXIT.ok;
  },
};

function toShell(out: (text: string) => void): Writable {
  return new Writable({
    decodeStrings: false,
    write: (chunk: string, _encoding, done) => {
      out(chunk);
      done();
    },
  });
}
