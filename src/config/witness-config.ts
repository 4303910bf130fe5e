import { type Fault, FaultsError } from '../domain/fault.ts';
import type { NoteSigner, NoteVerifier } from '../transparency/note-keys.ts';
import type { Environment } from './env.ts';
import { readSignerKeyFile } from './note-key-file.ts';
import { readTrustPolicy } from './trust-policy-file.ts';
import { isLoopback, type ListenConfig, variablesOf } from './variables.ts';

/** What `shuqiao witness` is configured by; the key apart, it can be printed. */
export interface WitnessConfig {
  readonly listen: ListenConfig;
  /** Undefined: plain HTTP, which only loopback may have. */
  readonly tls: { readonly certFile: string; readonly keyFile: string } | undefined;
  readonly keyFile: string;
  readonly logsFile: string;
  readonly stateDir: string;
  readonly requestTimeoutMs: number;
  readonly shutdownTimeoutMs: number;
}

/** @throws FaultsError with every variable that is missing or wrong */
export function parseWitnessConfig(environment: Environment): WitnessConfig {
  const faults: Fault[] = [];
  const variables = variablesOf(environment, faults);
  const { text, integer } = variables;
  const listen = variables.listen('SHUQIAO_WITNESS', 8444);
  const certFile = text('SHUQIAO_WITNESS_TLS_CERT_FILE', isLoopback(listen) ? '' : undefined);
  const tls = certFile === '' ? undefined : { certFile, keyFile: text('SHUQIAO_WITNESS_TLS_KEY_FILE') };
  const config: WitnessConfig = {
    listen,
    tls,
    keyFile: text('SHUQIAO_WITNESS_KEY_FILE'),
    logsFile: text('SHUQIAO_WITNESS_LOGS_FILE'),
    stateDir: text('SHUQIAO_WITNESS_STATE_DIR'),
    requestTimeoutMs: integer('SHUQIAO_WITNESS_REQUEST_TIMEOUT_MS', 10_000, [100, 60_000]),
    shutdownTimeoutMs: integer('SHUQIAO_WITNESS_SHUTDOWN_TIMEOUT_MS', 10_000, [0, 600_000]),
  };
  if (faults.length > 0) throw new FaultsError(faults);
  return Object.freeze(config);
}

/** @throws FaultsError for a key that is no witness’s, and for no log at all */
export function readWitnessFiles({ keyFile, logsFile }: Pick<WitnessConfig, 'keyFile' | 'logsFile'>): {
  readonly signer: NoteSigner;
  readonly verifiers: readonly NoteVerifier[];
} {
  const signer = readSignerKeyFile(keyFile);
  const { logs } = readTrustPolicy(logsFile);
  if (signer.kind !== 'cosignature/v1') {
    const remedy = 'Make one of a witness: shuqiao note-key generate --kind witness.';
    throw new FaultsError([{ file: keyFile, pointer: '', message: 'this is the key of a log', remedy }]);
  }
  return { signer, verifiers: logs.map(({ verifier }) => verifier) };
}
