import { compose, type Gateway } from '../compose.ts';
import { type Config, parseConfig } from '../config/config.ts';
import type { Environment } from '../config/env.ts';
import { followFiles } from '../config/follow-files.ts';
import { openLiveTls } from '../config/live-tls.ts';
import { readSecrets } from '../config/secrets.ts';
import { loadSources } from '../config/sources.ts';
import { migrate } from '../store/migrate.ts';
import { openDatabases } from '../store/open-databases.ts';

export interface TrialGateway extends Gateway {
  readonly config: Config;
}

/** A gateway as `main.ts` starts one, but it migrates its database itself: on a laptop nobody else does. */
export async function startTrialGateway(environment: Environment, out?: (line: string) => void): Promise<TrialGateway> {
  const { config, secrets: secretSources } = parseConfig(environment);
  const secrets = readSecrets(secretSources);
  const tls = await openLiveTls({ config, secrets: secretSources });
  // Before anything is opened: what is wrong in a file shows at once.
  const sources = loadSources(config);
  const live = await followFiles(config, { sources, keys: secrets.treatmentKeys });
  const databases = await openDatabases({
    url: secrets.databaseUrl,
    embeddedDir: config.embeddedDatabaseDir,
    maxConnections: config.databaseConnections,
    statementTimeoutMs: config.statementTimeoutMs,
  });
  try {
    await databases.withOwner(async (owner) => await migrate(owner));
    const gateway = await compose({
      config,
      secrets,
      tls,
      databases,
      sources,
      live,
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
