import { type Fault, FaultsError } from '../domain/fault.ts';
import type { Environment } from './env.ts';
import { type KeyEncryptionKeySources, keyEncryptionKeySources } from './key-encryption-key.ts';
import { type OverloadConfig, overloadConfigOf } from './overload-config.ts';
import { type TokenConfig, tokenConfigOf } from './token-config.ts';
import { isLoopback, type ListenConfig, type Variables, variablesOf } from './variables.ts';

/** Everything that is set from outside and is no secret: it can be printed, and is at start. */
export interface Config {
  /** `development` is for a laptop: it allows certificates from certs-dev and the embedded database. */
  readonly environment: 'production' | 'development';
  /** The `iss` of answers. */
  readonly gatewayId: string;
  readonly exchange: ListenConfig & { readonly certFile: string; readonly clientCaDir: string };
  readonly tokens: TokenConfig;
  readonly control: ListenConfig;
  readonly telemetry: ListenConfig;
  readonly contractsDir: string;
  readonly policiesDir: string;
  /** Between two looks at the files that are followed: contracts, policies, certificates and authorities. */
  readonly reloadIntervalMs: number;
  /** The name of the log of the ledger, as its checkpoints have it. */
  readonly ledgerOrigin: string | undefined;
  readonly sourcesFile: string;
  /** Where the embedded database is kept, if no DATABASE_URL is set. */
  readonly embeddedDatabaseDir: string;
  /** Who has to vouch for the ledger, and for how long the gateway goes on without. */
  readonly ledger: {
    readonly trustPolicyFile: string | undefined;
    readonly graceSeconds: number;
    readonly lookIntervalMs: number;
  };
  readonly maxRequestBytes: number;
  readonly requestTimeoutMs: number;
  readonly exchangeTimeoutMs: number;
  readonly statementTimeoutMs: number;
  readonly databaseConnections: number;
  readonly overload: OverloadConfig;
  /** Between saying that it is not ready and taking no more connections. */
  readonly drainDelayMs: number;
  readonly shutdownTimeoutMs: number;
}

/** Where the secrets are, and the one that is itself a variable; never printed. */
export interface SecretSources {
  readonly databaseUrl: string | undefined;
  /** Where the keys of subjects are, if that is another database. */
  readonly subjectKeysUrl: string | undefined;
  readonly tlsKeyFile: string;
  readonly keyEncryptionKeys: KeyEncryptionKeySources;
}

/** @throws FaultsError with every variable that is missing or wrong */
export function parseConfig(environment: Environment): { readonly config: Config; readonly secrets: SecretSources } {
  const faults: Fault[] = [];
  const reader = variablesOf(environment, faults);
  const { text } = reader;
  const environmentName = text('SHUQIAO_ENVIRONMENT', 'production');
  const databaseUrl = environment['DATABASE_URL'] === '' ? undefined : environment['DATABASE_URL'];
  const config = configOf(reader, environmentName === 'development' ? 'development' : 'production');
  const secrets: SecretSources = {
    databaseUrl,
    subjectKeysUrl: environment['SHUQIAO_SUBJECT_KEYS_URL'],
    tlsKeyFile: text('SHUQIAO_TLS_KEY_FILE'),
    keyEncryptionKeys: keyEncryptionKeySources(environment),
  };
  if (environmentName !== 'production' && environmentName !== 'development') {
    reader.fault('SHUQIAO_ENVIRONMENT', {
      message: 'it is neither production nor development',
      remedy: 'Set one of them.',
    });
  }
  if (databaseUrl === undefined && environmentName !== 'development') {
    reader.fault('DATABASE_URL', {
      message: 'it is not set',
      remedy:
        'Set it to a PostgreSQL; the embedded database is for development only, because it can lose what it committed.',
    });
  }
  // Until operators can prove who they are, only this machine's own may ask.
  if (!isLoopback(config.control)) {
    reader.fault('SHUQIAO_CONTROL_HOST', {
      message: 'the control listener has no authentication yet',
      remedy: 'Leave it on 127.0.0.1.',
    });
  }
  if (faults.length > 0) throw new FaultsError(faults);
  return { config: Object.freeze(config), secrets };
}

function configOf(reader: Variables, environment: Config['environment']): Config {
  const { text, integer, listen } = reader;
  const exchange = listen('SHUQIAO_EXCHANGE', 8443);
  const port = exchange.port === 0 ? '' : `:${exchange.port}`;
  return {
    environment,
    gatewayId: text('SHUQIAO_GATEWAY_ID', 'shuqiao'),
    exchange: {
      ...exchange,
      certFile: text('SHUQIAO_TLS_CERT_FILE'),
      clientCaDir: text('SHUQIAO_CLIENT_CA_DIR'),
    },
    tokens: tokenConfigOf(reader, environment === 'development' ? `https://localhost${port}` : undefined),
    control: listen('SHUQIAO_CONTROL', 8081),
    telemetry: listen('SHUQIAO_TELEMETRY', 9090),
    contractsDir: text('SHUQIAO_CONTRACTS_DIR', 'contracts'),
    policiesDir: text('SHUQIAO_POLICIES_DIR', 'policies'),
    // At most what leaves time to read them within the second after which a revoked grant is out.
    reloadIntervalMs: integer('SHUQIAO_RELOAD_INTERVAL_MS', 250, [50, 500]),
    ledgerOrigin: ledgerOriginOf(reader),
    sourcesFile: text('SHUQIAO_SOURCES_FILE'),
    embeddedDatabaseDir: text('SHUQIAO_EMBEDDED_DATABASE_DIR', '.trial/database'),
    ledger: {
      trustPolicyFile: text('SHUQIAO_LEDGER_TRUST_POLICY_FILE', '') || undefined,
      // What X-Road tolerates of failed time-stamping before it exchanges no more messages.
      graceSeconds: integer('SHUQIAO_LEDGER_GRACE_SECONDS', 14_400, [60, 604_800]),
      lookIntervalMs: integer('SHUQIAO_LEDGER_LOOK_INTERVAL_MS', 2_000, [50, 10_000]),
    },
    maxRequestBytes: integer('SHUQIAO_MAX_REQUEST_BYTES', 65_536, [1024, 1_048_576]),
    requestTimeoutMs: integer('SHUQIAO_REQUEST_TIMEOUT_MS', 10_000, [100, 60_000]),
    // Well below the time after which an id that has no entry is said to get none (domain/repeat.ts).
    exchangeTimeoutMs: integer('SHUQIAO_EXCHANGE_TIMEOUT_MS', 30_000, [1000, 90_000]),
    statementTimeoutMs: integer('SHUQIAO_STATEMENT_TIMEOUT_MS', 2_000, [100, 60_000]),
    databaseConnections: integer('SHUQIAO_DATABASE_CONNECTIONS', 10, [1, 500]),
    overload: overloadConfigOf(reader),
    drainDelayMs: integer('SHUQIAO_DRAIN_DELAY_MS', environment === 'development' ? 0 : 5_000, [0, 600_000]),
    shutdownTimeoutMs: integer('SHUQIAO_SHUTDOWN_TIMEOUT_MS', 10_000, [0, 600_000]),
  };
}

/** As C2SP tlog-checkpoint has it, and one that goes into a header. */
function ledgerOriginOf({ text, fault }: Variables): string | undefined {
  const origin = text('SHUQIAO_LEDGER_ORIGIN', '');
  if (origin === '') return undefined;
  if (!/^[!-*,-~]{1,255}$/.test(origin)) {
    fault('SHUQIAO_LEDGER_ORIGIN', {
      message: 'it is no name of a log',
      remedy: 'Set it to the origin that the publisher signs for, such as ledger.example/1: no spaces, no plus sign.',
    });
  }
  return origin;
}
