import { readFileSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { readSignerKeyFile } from '../config/note-key-file.ts';
import { type PublisherConfig, parsePublisherConfig } from '../config/publisher-config.ts';
import { readTrustPolicy } from '../config/trust-policy-file.ts';
import { FaultsError } from '../domain/fault.ts';
import { listenPlain } from '../http/listener.ts';
import { stopOnSignal } from '../process.ts';
import { parseOrigin } from '../publisher/origin.ts';
import { createPublisher, type PublisherNeeds } from '../publisher/publisher.ts';
import { REFUSAL_REASONS } from '../publisher/refusal.ts';
import { runPublisher } from '../publisher/run-publisher.ts';
import { beginStateFile, openStateFile } from '../publisher/state-file.ts';
import { staticLog } from '../publisher/static-log.ts';
import type { Database } from '../store/database.ts';
import { lockFile } from '../store/lock-file.ts';
import { logSource } from '../store/log-source.ts';
import { pgDatabase } from '../store/pg-database.ts';
import { publisherRights } from '../store/publisher-health.ts';
import { createLog, type Log } from '../telemetry/log.ts';
import { publisherTelemetry } from '../telemetry/publisher-telemetry.ts';
import { telemetryHandler } from '../telemetry/telemetry-handler.ts';
import { createWitnessesObserver } from '../telemetry/witnesses-observer.ts';
import type { NoteSigner } from '../transparency/note-keys.ts';
import { checkAgainst } from '../transparency/trust-policy.ts';
import { witnesses } from '../witness/witness-client.ts';
import { type Command, EXIT, type Shell, UsageError } from './command.ts';

const STATEMENT_TIMEOUT_MS = 10_000;
/** Without a trust policy nobody is asked, and nobody has to have been. */
const NO_WITNESSES: Vouching = {
  witnesses: { cosign: async () => await Promise.resolve([]) },
  isWitnessed: () => true,
};

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
  const telemetry = publisherTelemetry({ log, now: Date.now, reasons: REFUSAL_REASONS });
  const vouching = vouchingOf({ config, signer }, telemetry.metrics.registers, log);
  const state = await openStateFile(config.stateFile, signer.vkey);
  await refuseBlindness(database, config);
  const publisher = createPublisher({
    log: logSource(database),
    state,
    folder: staticLog(config.directory, signer.vkey),
    signer,
    standbys: config.standbys,
    ...vouching,
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

type Vouching = Pick<PublisherNeeds, 'witnesses' | 'isWitnessed'>;

/** What a checkpoint has to have before it is published, by the file that auditors and the gateway go by too. */
function vouchingOf(
  { config: { trustPolicyFile, witnesses: limits }, signer }: Pick<Needs, 'config' | 'signer'>,
  registers: Parameters<typeof createWitnessesObserver>[0],
  log: Log,
): Vouching {
  if (trustPolicyFile === undefined) return NO_WITNESSES;
  const policy = readTrustPolicy(trustPolicyFile);
  if (!policy.logs.some(({ verifier }) => verifier.vkey === signer.vkey))
    throw fault(trustPolicyFile, 'it does not name this log', `Add the line: log ${signer.vkey}`);
  const names = policy.witnesses.flatMap(({ name, url }) => (url === undefined ? [] : [name]));
  return {
    witnesses: witnesses({
      policy,
      deadlineMs: limits.deadlineMs,
      ca: limits.caFile === undefined ? undefined : readFileSync(limits.caFile, 'utf8'),
      observer: createWitnessesObserver(registers, log, names),
    }),
    isWitnessed: (note) => checkAgainst(policy, note).satisfied,
  };
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
