import { FaultsError, type Fault } from '../domain/fault.ts';
import type { Environment } from './env.ts';

export interface ListenConfig {
  readonly host: string;
  readonly port: number;
}

/** Everything that is set from outside and is no secret: it can be printed, and is at start. */
export interface Config {
  /** `development` is for a laptop: it allows certificates from certs-dev and the embedded database. */
  readonly environment: 'production' | 'development';
  /** The `iss` of answers. */
  readonly gatewayId: string;
  readonly exchange: ListenConfig & { readonly certFile: string; readonly clientCaFile: string };
  readonly control: ListenConfig;
  readonly telemetry: ListenConfig;
  readonly contractsDir: string;
  readonly policiesDir: string;
  readonly sourcesFile: string;
  readonly recipientKeysDir: string;
  /** Where the embedded database is kept, if no DATABASE_URL is set. */
  readonly embeddedDatabaseDir: string;
  readonly maxRequestBytes: number;
  readonly requestTimeoutMs: number;
  readonly statementTimeoutMs: number;
  readonly databaseConnections: number;
  readonly shutdownTimeoutMs: number;
}

/** Where the secrets are, and the one that is itself a variable; never printed. */
export interface SecretSources {
  readonly databaseUrl: string | undefined;
  readonly tlsKeyFile: string;
  readonly signingKeyFile: string;
  readonly ledgerKeyFile: string;
}

const LOOPBACK = new Set(['127.0.0.1', '::1', 'localhost']);

/** @throws FaultsError with every variable that is missing or wrong */
export function parseConfig(environment: Environment): { readonly config: Config; readonly secrets: SecretSources } {
  const faults: Fault[] = [];
  const fault = (variable: string, message: string, remedy: string): void => {
    faults.push({ file: variable, pointer: '', message, remedy });
  };
  const text = (variable: string, fallback?: string): string => {
    const value = environment[variable];
    if (value !== undefined && value !== '') return value;
    if (fallback === undefined) fault(variable, 'it is not set', 'Set it; README.md, “Operate”, says what to.');
    return fallback ?? '';
  };
  const integer = (variable: string, fallback: number, [least, most]: readonly [number, number]): number => {
    const value = Number(text(variable, String(fallback)));
    if (!Number.isSafeInteger(value) || value < least || value > most) fault(variable, 'it is no number in its range', `Set it to ${least}–${most}.`);
    return value;
  };
  const listen = (name: string, port: number, host: string): ListenConfig => ({
    host: text(`SHUQIAO_${name}_HOST`, host),
    port: integer(`SHUQIAO_${name}_PORT`, port, [0, 65_535]),
  });

  const environmentName = text('SHUQIAO_ENVIRONMENT', 'production');
  if (environmentName !== 'production' && environmentName !== 'development') {
    fault('SHUQIAO_ENVIRONMENT', 'it is neither production nor development', 'Set one of them.');
  }
  const databaseUrl = environment['DATABASE_URL'] === '' ? undefined : environment['DATABASE_URL'];
  if (databaseUrl === undefined && environmentName !== 'development') {
    fault('DATABASE_URL', 'it is not set', 'Set it to a PostgreSQL; the embedded database is for development only, because it can lose what it committed.');
  }
  const config: Config = {
    environment: environmentName === 'development' ? 'development' : 'production',
    gatewayId: text('SHUQIAO_GATEWAY_ID', 'shuqiao'),
    exchange: { ...listen('EXCHANGE', 8443, '127.0.0.1'), certFile: text('SHUQIAO_TLS_CERT_FILE'), clientCaFile: text('SHUQIAO_CLIENT_CA_FILE') },
    control: listen('CONTROL', 8081, '127.0.0.1'),
    telemetry: listen('TELEMETRY', 9090, '127.0.0.1'),
    contractsDir: text('SHUQIAO_CONTRACTS_DIR', 'contracts'),
    policiesDir: text('SHUQIAO_POLICIES_DIR', 'policies'),
    sourcesFile: text('SHUQIAO_SOURCES_FILE'),
    recipientKeysDir: text('SHUQIAO_RECIPIENT_KEYS_DIR'),
    embeddedDatabaseDir: text('SHUQIAO_EMBEDDED_DATABASE_DIR', '.trial/database'),
    maxRequestBytes: integer('SHUQIAO_MAX_REQUEST_BYTES', 65_536, [1024, 1_048_576]),
    requestTimeoutMs: integer('SHUQIAO_REQUEST_TIMEOUT_MS', 10_000, [100, 60_000]),
    statementTimeoutMs: integer('SHUQIAO_STATEMENT_TIMEOUT_MS', 2_000, [100, 60_000]),
    databaseConnections: integer('SHUQIAO_DATABASE_CONNECTIONS', 10, [1, 500]),
    shutdownTimeoutMs: integer('SHUQIAO_SHUTDOWN_TIMEOUT_MS', 10_000, [0, 600_000]),
  };
  // Until operators can prove who they are, only this machine's own may ask.
  if (!LOOPBACK.has(config.control.host)) fault('SHUQIAO_CONTROL_HOST', 'the control listener has no authentication yet', 'Leave it on 127.0.0.1.');
  const secrets: SecretSources = {
    databaseUrl,
    tlsKeyFile: text('SHUQIAO_TLS_KEY_FILE'),
    signingKeyFile: text('SHUQIAO_SIGNING_KEY_FILE'),
    ledgerKeyFile: text('SHUQIAO_LEDGER_KEY_FILE'),
  };
  if (faults.length > 0) throw new FaultsError(faults);
  return { config: Object.freeze(config), secrets };
}
