import { compose } from './compose.ts';
import { parseConfig } from './config/config.ts';
import { readEnvironment } from './config/env.ts';
import { followFiles } from './config/follow-files.ts';
import { openLiveTls } from './config/live-tls.ts';
import { readSecrets } from './config/secrets.ts';
import { loadSources } from './config/sources.ts';
import { readTrustPolicy } from './config/trust-policy-file.ts';
import { FaultsError } from './domain/fault.ts';
import { openKeyRing } from './keys/key-ring.ts';
import { stopOnSignal } from './process.ts';
import type { Database } from './store/database.ts';
import { heldKeys } from './store/held-keys.ts';
import { MigrationError, pendingMigrations } from './store/migrate.ts';
import { openDatabases } from './store/open-databases.ts';
import { finishShredding } from './store/subject-acts.ts';

/** The gateway as it is deployed: everything from the environment, nothing made on the way, no migration by the way. */
async function main(): Promise<void> {
  const { config, secrets: secretSources } = parseConfig(readEnvironment());
  const secrets = readSecrets(secretSources);
  const tls = await openLiveTls({ config, secrets: secretSources });
  const sources = loadSources(config);
  const { trustPolicyFile } = config.ledger;
  const trustPolicy = trustPolicyFile === undefined ? undefined : readTrustPolicy(trustPolicyFile);
  const databases = await openDatabases({
    url: secrets.databaseUrl,
    subjectKeysUrl: secrets.subjectKeysUrl,
    embeddedDir: config.embeddedDatabaseDir,
    maxConnections: config.databaseConnections,
    statementTimeoutMs: config.statementTimeoutMs,
  });
  await refuseUnmigrated('DATABASE_URL', databases.exchange);
  if (databases.subjectKeys !== undefined)
    await refuseUnmigrated('SHUQIAO_SUBJECT_KEYS_URL', databases.subjectKeys.exchange);
  await finishShredding(databases);
  const keyRing = openKeyRing({
    held: heldKeys(databases.exchange),
    custody: secrets.keyCustody,
    clock: { now: Date.now },
  });
  await keyRing.start();
  const live = await followFiles(config, { sources, keys: keyRing.treatmentKeys });
  const { snapshot } = live.state();
  const starting = compose({ config, secrets, tls, snapshot, live, sources, databases, keyRing, trustPolicy });
  stopOnSignal(async () => {
    await (await starting).stop();
    await databases.close();
  });
  await starting;
  process.stdout.write(`${JSON.stringify({ event: 'configuration', ...config })}\n`);
}

async function refuseUnmigrated(variable: string, database: Database): Promise<void> {
  const pending = await pendingMigrations(database).catch((error: unknown) => {
    throw error instanceof MigrationError ? error : unreachable(variable, error);
  });
  if (pending.length === 0) return;
  throw new FaultsError([
    {
      file: variable,
      pointer: '',
      message: `${pending.length} migrations are not applied`,
      remedy: 'Run `shuqiao database migrate` as the owner first.',
    },
  ]);
}

/** By its code alone: what a database says of a login that it does not let in names it. */
function unreachable(variable: string, error: unknown): FaultsError {
  const { cause = error } = error instanceof Error ? error : {};
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : 'no answer';
  return new FaultsError([
    {
      file: variable,
      pointer: '',
      message: `the database cannot be asked (${code})`,
      remedy: 'See that it runs and lets this login in, and start again.',
    },
  ]);
}

main().catch((error: unknown) => {
  process.stderr.write(error instanceof FaultsError ? `${error.message}\n` : `${String(error)}\n`);
  process.exit(1);
});
