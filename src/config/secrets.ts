import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { FaultsError } from '../domain/fault.ts';
import type { TreatmentKeys } from '../domain/treatment-keys.ts';
import { createTreatmentKeys } from '../keys/treatment-keys.ts';
import type { Config, SecretSources } from './config.ts';

/** What must not be printed. Kept apart from Config so that Config can be. */
export interface Secrets {
  readonly databaseUrl: string | undefined;
  readonly signingKeyFile: string;
  readonly ledgerKey: Uint8Array;
  /** Keys of pseudonyms and tokens; absent if there is no secret to make them of. */
  readonly treatmentKeys: TreatmentKeys | undefined;
}

/** The organisation in every certificate of certs-dev. */
export const DEVELOPMENT_ORGANIZATION = 'Shuqiao development only';

const KEY = /^[0-9a-f]{64}$/i;

/** @throws FaultsError */
export function readSecrets(sources: SecretSources): Secrets {
  const { ledgerKeyFile, treatmentKeyFile } = sources;
  return {
    databaseUrl: sources.databaseUrl,
    signingKeyFile: sources.signingKeyFile,
    ledgerKey: readKey(ledgerKeyFile, 'the ledger'),
    treatmentKeys:
      treatmentKeyFile === undefined ? undefined : createTreatmentKeys(readKey(treatmentKeyFile, 'treatments')),
  };
}

function readKey(file: string, use: string): Uint8Array {
  const key = readSecretFile(file).trim();
  if (!KEY.test(key))
    throw unusable(file, `this is no key for ${use}`, 'Write 32 random bytes as 64 hexadecimal digits.');
  return Buffer.from(key, 'hex');
}

export function readSecretFile(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    throw unusable(file, 'the file cannot be read', 'Check the path and its permissions.');
  }
}

/** Everybody who has a checkout has their keys. */
export function refuseDevelopmentCertificate(
  { environment }: Pick<Config, 'environment'>,
  file: string,
  pem: string,
): void {
  if (environment === 'development') return;
  const isDevelopment = (pem.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? []).some(
    (certificate) => issuerOf(file, certificate).includes(DEVELOPMENT_ORGANIZATION),
  );
  if (isDevelopment)
    throw unusable(
      file,
      'this is a certificate of certs-dev',
      'Use certificates of your own authority; certs-dev is for a laptop.',
    );
}

function issuerOf(file: string, certificate: string): string {
  try {
    return new X509Certificate(certificate).issuer;
  } catch {
    throw unusable(file, 'a certificate in it cannot be read', 'Write it again as PEM.');
  }
}

function unusable(file: string, message: string, remedy: string): FaultsError {
  return new FaultsError([{ file, pointer: '', message, remedy }]);
}
