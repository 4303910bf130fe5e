import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { FaultsError } from '../domain/fault.ts';
import type { KeyCustody } from '../domain/key-ring.ts';
import type { Config, SecretSources } from './config.ts';
import { readKeyCustody } from './key-encryption-key.ts';

/** What must not be printed. Kept apart from Config so that Config can be. */
export interface Secrets {
  readonly databaseUrl: string | undefined;
  readonly subjectKeysUrl: string | undefined;
  /** What decrypts the key ring. */
  readonly keyCustody: KeyCustody;
}

/** The organisation in every certificate of certs-dev. */
export const DEVELOPMENT_ORGANIZATION = 'Shuqiao development only';

/** @throws FaultsError */
export function readSecrets(sources: SecretSources): Secrets {
  return {
    databaseUrl: sources.databaseUrl,
    subjectKeysUrl: sources.subjectKeysUrl,
    keyCustody: readKeyCustody(sources.keyEncryptionKeys),
  };
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
