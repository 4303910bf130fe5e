import { type Fault, FaultsError } from '../domain/fault.ts';
import type { Environment } from './env.ts';
import type { LiveTlsNeeds } from './live-tls.ts';
import { isLoopback, type ListenConfig, variablesOf } from './variables.ts';

/** What the reader of auditors is configured by. */
export interface ReaderConfig {
  readonly listen: ListenConfig;
  /** Undefined on loopback, if no certificate was set. */
  readonly tls: LiveTlsNeeds | undefined;
}

/** Followed like the gateway's own. */
const RELOAD_INTERVAL_MS = 500;

/** @throws FaultsError with every variable that is missing or wrong */
export function parseReaderConfig(environment: Environment): ReaderConfig {
  const faults: Fault[] = [];
  const variables = variablesOf(environment, faults);
  const listen = variables.listen('SHUQIAO_READER', 8445);
  const wanted = environment['SHUQIAO_READER_TLS_CERT_FILE'] !== undefined || !isLoopback(listen);
  const certFile = wanted ? variables.text('SHUQIAO_READER_TLS_CERT_FILE') : '';
  const tlsKeyFile = wanted ? variables.text('SHUQIAO_READER_TLS_KEY_FILE') : '';
  const clientCaDir = wanted ? variables.text('SHUQIAO_READER_CLIENT_CA_DIR') : '';
  if (faults.length > 0) throw new FaultsError(faults);
  const isDevelopment = environment['SHUQIAO_ENVIRONMENT'] === 'development';
  const config = {
    environment: isDevelopment ? ('development' as const) : ('production' as const),
    exchange: { ...listen, certFile, clientCaDir },
    reloadIntervalMs: RELOAD_INTERVAL_MS,
  };
  return { listen, tls: wanted ? { config, secrets: { tlsKeyFile } } : undefined };
}
