import { createWriteStream, readFileSync } from 'node:fs';
import { Readable, Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { parseArgs } from 'node:util';
import { exportLines } from '../ledger/export-format.ts';
import { parseCheckpoint } from '../transparency/checkpoint.ts';
import { parseNote } from '../transparency/signed-note.ts';
import { type Command, EXIT, UsageError } from './command.ts';
import { withLedger } from './ledger-source.ts';

export const ledgerExport: Command = {
  usage: 'shuqiao ledger export [--output FILE] [--since CHECKPOINT] [--all | --until INDEX]',
  summary:
    'Writes the ledger up to its newest checkpoint as lines of JSON, to standard output or a new file; what came after a checkpoint that was kept, up to the head, or what is before an index, to be pruned.',
  run: async (args, shell) => {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        output: { type: 'string' },
        since: { type: 'string' },
        all: { type: 'boolean' },
        until: { type: 'string' },
      },
    });
    if (positionals.length > 0) throw new UsageError();
    const { output, all = false } = values;
    const since = values.since === undefined ? undefined : sizeOf(values.since);
    const until = values.until === undefined ? undefined : Number(values.until);
    if (until !== undefined && (all || !/^[1-9]\d{0,14}$/.test(values.until ?? ''))) throw new UsageError();
    await withLedger(shell, async (ledger) => {
      // Before the file is made, so that a database that is away leaves none behind.
      await ledger.head();
      const sink = output === undefined ? toShell(shell.out) : createWriteStream(output, { flags: 'wx', mode: 0o600 });
      await pipeline(Readable.from(exportLines(ledger, { since, all, until })), sink);
    });
    return EXIT.ok;
  },
};

/** How much of the log was verified when this checkpoint was kept. */
function sizeOf(file: string): number {
  return parseCheckpoint(parseNote(readFileSync(file, 'utf8')).text).size;
}

function toShell(out: (text: string) => void): Writable {
  return new Writable({
    decodeStrings: false,
    write: (chunk: string, _encoding, done) => {
      out(chunk);
      done();
    },
  });
}
