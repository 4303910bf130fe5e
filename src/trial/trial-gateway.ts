import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { compose, type Gateway } from '../compose.ts';
import { type Config, parseConfig } from '../config/config.ts';
import type { Environment } from '../config/env.ts';
import { followFiles } from '../config/follow-files.ts';
import { readKeyCustody } from '../config/key-encryption-key.ts';
import { openLiveTls } from '../config/live-tls.ts';
import { readSecrets } from '../config/secrets.ts';
import { loadSources } from '../config/sources.ts';
import { readTrustPolicy } from '../config/trust-policy-file.ts';
import { openKeyRing } from '../keys/key-ring.ts';
import { heldKeys } from '../store/held-keys.ts';
import { migrate } from '../store/migrate.ts';
import { openDatabases } from '../store/open-databases.ts';
import { finishShredding } from '../store/subject-acts.ts';
import { registerDevelopmentKeys } from './development-keys.ts';

export interface TrialGateway extends Gateway {
  readonly config: Config;
}

export interface TrialOptions {
  readonly certsDir: string;
  readonly out?: (line: string) => void;
}

/** A gateway as `main.ts` starts one, but it migrates its database and registers keys itself: on a laptop nobody else does. */
export async function startTrialGateway(
  environment: Environment,
  { certsDir, out }: TrialOptions,
): Promise<TrialGateway> {
  const { config, secrets: secretSources } = parseConfig(environment);
  const secrets = readSecrets(secretSources);
  const tls = await openLiveTls({ config, secrets: secretSources });
  // Before anything is opened: what is wrong in a file shows at once.
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
  try {
    await databases.withOwner(async (owner) => await migrate(owner));
    await finishShredding(databases);
    const custody = readKeyCustody(secretSources.keyEncryptionKeys);
    await registerDevelopmentKeys(databases.control, custody, certsDir);
    const keyRing = openKeyRing({ held: heldKeys(databases.exchange), custody, clock: { now: Date.now } });
    await keyRing.start();
    writeFileSync(join(certsDir, 'gateway.jwks.json'), JSON.stringify({ keys: await keyRing.published('answer') }));
    const live = await followFiles(config, { sources, keys: keyRing.treatmentKeys });
    const gateway = await compose({
      config,
      secrets,
      tls,
      databases,
      keyRing,
      sources,
      live,
      trustPolicy,
      snapshot: live.state().snapshot,
      ...(out === undefined ? {} : { out }),
    });
    return {
      ...gateway,
      config,
      get snapshot() {
        return gateway.snapshot;
      },
      stop: async () => {
        await gateway.stop();
        await databases.close();
      },
    };
  } catch (error) {
    await databases.close();
    throw error;
  }
}
