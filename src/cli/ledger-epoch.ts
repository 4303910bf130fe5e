import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { EPOCH_CAUSES, type EpochCause, formatEpochStatement } from '../publisher/epoch-statement.ts';
import { parseOrigin } from '../publisher/origin.ts';
import { signedCheckpoint } from '../publisher/state-file.ts';
import { appendEpochStatement } from '../store/epochs.ts';
import { pgDatabase } from '../store/pg-database.ts';
import { NoteError } from '../transparency/note-error.ts';
import { parseVerifierKey } from '../transparency/note-keys.ts';
import { type Command, EXIT, UsageError } from './command.ts';

const STATEMENT_TIMEOUT_MS = 60_000;

export const ledgerEpoch: Command = {
  usage: `shuqiao ledger epoch --previous CHECKPOINT --key VKEY --because ${EPOCH_CAUSES.join('|')}`,
  summary:
    'Enters that the old origin ends with that checkpoint and that the next one begins; the old publisher stops.',
  errorExit: EXIT.failed,
  run: async (args, { environment, out }) => {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: { previous: { type: 'string' }, key: { type: 'string' }, because: { type: 'string' } },
    });
    const { previous: file, key } = values;
    const cause = causeOf(values.because);
    if (positionals.length > 0 || file === undefined || key === undefined || cause === undefined)
      throw new UsageError();
    const url = environment['DATABASE_URL'];
    if (url === undefined) throw new Error('DATABASE_URL is not set.');
    const { previous, origin } = lastOf(readFileSync(file, 'utf8'), key);
    const entry = formatEpochStatement({ id: randomUUID(), atMs: Date.now(), origin, previous, cause });
    const database = pgDatabase({
      url,
      role: 'exchange',
      maxConnections: 1,
      statementTimeoutMs: STATEMENT_TIMEOUT_MS,
    });
    try {
      const index = await appendEpochStatement(database, entry);
      out(`Entry ${index} begins ${origin}. Give its publisher a key of that name, a state and a folder of its own.\n`);
    } finally {
      await database.close();
    }
    return EXIT.ok;
  },
};

function causeOf(text: string | undefined): EpochCause | undefined {
  return EPOCH_CAUSES.find((cause) => cause === text);
}

/** The checkpoint, and the origin that comes after its own. Whose it is is not for the file to say. */
function lastOf(note: string, vkey: string): { readonly previous: string; readonly origin: string } {
  try {
    const verifier = parseVerifierKey(vkey);
    signedCheckpoint(note, verifier);
    const old = parseOrigin(verifier.name);
    if (old === undefined) throw new Error(`${verifier.name} is no origin of a ledger.`);
    return { previous: note, origin: `ledger.${old.domain}/${old.epoch + 1}` };
  } catch (error) {
    if (!(error instanceof NoteError)) throw error;
    throw new Error(`This is no checkpoint that the key signed: ${error.message}.`, { cause: error });
  }
}
