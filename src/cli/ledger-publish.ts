import { setTimeout } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { readSignerKeyFile } from '../config/note-key-file.ts';
import { type PublisherConfig, parsePublisherConfig } from '../config/publisher-config.ts';
import { FaultsError } from '../domain/fault.ts';
import type { Witnesses } from '../domain/witnesses.ts';
import { listenPlain } from '../http/listener.ts';
import { stopOnSignal } from '../process.ts';
import { parseOrigin } from '../publisher/origin.ts';
import { createPublisher } from '../publisher/publisher.ts';
import { REFUSAL_REASONS } from '../publisher/refusal.ts';
import { runPublisher } from '../publisher/run-publisher.ts';
import { beginStateFile, openStateFile } from '../publisher/state-file.ts';
import { staticLog } from '../publisher/static-log.ts';
import type { Database } from '../store/database.ts';
import { lockFile } from '../store/lock-file.ts';
import { logSource } from '../store/log-source.ts';
import { pgDatabase } from '../store/pg-database.ts';
import { publisherRights } from '../store/publisher-health.ts';
import { createLog } from '../telemetry/log.ts';
import { publisherTelemetry } from '../telemetry/publisher-telemetry.ts';
import { telemetryHandler } from '../telemetry/telemetry-handler.ts';
import type { NoteSigner } from '../transparency/note-keys.ts';
import { type Command, EXIT, type Shell, UsageError } from './command.ts';

const STATEMENT_TIMEOUT_MS = 10_000;
/** Until a trust policy is configured nobody is asked, and nobody has to have been. */
const NO_WITNESSES: Witnesses = { cosign: async () => await Promise.resolve([]) };

export const ledgerPublish: Command = {
  usage: 'shuqiao ledger publish [--begin]',
  summary: 'Signs and publishes what the log grew by, until it is stopped; --begin only makes the state of a new log.',
  errorExit: EXIT.failed,
  run: async (args, shell) => {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: { begin: { type: 'boolean' } },
    });
    if (positionals.length > 0) throw new UsageError();
    const { config, databaseUrl } = parsePublisherConfig(shell.environment);
    const signer = logKey(config);
    if (values.begin !== true) return await publish(shell, { config, signer, databaseUrl });
    await beginStateFile(config.stateFile, signer.vkey);
    shell.out(`The log ${signer.name} can be published. What verifies it: ${signer.vkey}\n`);
    return EXIT.ok;
  },
};

interface Needs {
  readonly config: PublisherConfig;
  readonly signer: NoteSigner;
  readonly databaseUrl: string;
}

/** Resolves never: a signal ends the process. */
async function publish({ out }: Shell, { config, signer, databaseUrl }: Needs): Promise<number> {
  const unlock = lockFile(`${config.stateFile}.lock`);
  const database = pgDatabase({
    url: databaseUrl,
    role: 'publisher',
    maxConnections: 1,
    statementTimeoutMs: STATEMENT_TIMEOUT_MS,
  });
  const log = createLog({ now: Date.now, out });
  const telemetry = publisherTelemetry({ log, now: Date.now, reasons: REFUSAL_REASONS, witnesses: 0 });
  const state = await openStateFile(config.stateFile, signer.vkey);
  await refuseBlindness(database, config);
  const publisher = createPublisher({
    log: logSource(database),
    state,
    folder: staticLog(config.directory, signer.vkey),
    signer,
    standbys: config.standbys,
    witnesses: NO_WITNESSES,
    isWitnessed: () => true,
    observer: telemetry.observer,
  });
  const stopping = new AbortController();
  const listener = await listenPlain(telemetryHandler(telemetry), config.telemetry);
  log.write('info', 'listening', { url: listener.url });
  const running = runPublisher({ publisher, observer: telemetry, intervalMs: config.intervalMs }, stopping.signal);
  stopOnSignal(async () => {
    stopping.abort();
    const result = await running;
    await listener.close(0);
    await database.close();
    unlock();
    // Whoever stops one that refuses is told again.
    if (result === 'refused') throw new Error('refused');
  });
  // The signal ends the process.
  for (;;) await setTimeout(2 ** 30);
}

function logKey({ keyFile }: PublisherConfig): NoteSigner {
  const signer = readSignerKeyFile(keyFile);
  if (signer.kind === 'ed25519' && parseOrigin(signer.name) !== undefined) return signer;
  throw fault(
    keyFile,
    'it is no key of a ledger',
    'Make one whose name is ledger.<domain>/<epoch>: shuqiao note-key generate.',
  );
}

/** What cannot be found out is not taken for granted. */
async function refuseBlindness(database: Database, { standbys }: PublisherConfig): Promise<void> {
  const { seesStandbys, commitsDurably } = await publisherRights(database);
  if (!commitsDurably)
    throw fault('DATABASE_URL', 'synchronous_commit is off', 'Turn it on: entries are seen before they are on disk.');
  if (standbys.count > 0 && !seesStandbys)
    throw fault(
      'SHUQIAO_PUBLISHER_STANDBYS',
      'the standbys cannot be seen',
      'As a superuser: grant pg_read_all_stats to shuqiao_ledger_owner.',
    );
}

function fault(file: string, message: string, remedy: string): FaultsError {
  return new FaultsError([{ file, pointer: '', message, remedy }]);
}
