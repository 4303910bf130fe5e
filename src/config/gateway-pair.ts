import { createPrivateKey, X509Certificate } from 'node:crypto';
import { basename } from 'node:path';
import { createSecureContext } from 'node:tls';
import { validityOf } from '../certificates/authority.ts';
import { FaultsError } from '../domain/fault.ts';
import type { Expiry } from '../domain/tls-state.ts';
import type { Config } from './config.ts';
import { readSecretFile, refuseDevelopmentCertificate } from './secrets.ts';

/** What the exchange listener shows, as PEM. */
export interface GatewayPair {
  readonly cert: string;
  readonly key: string;
  readonly expiry: Expiry;
}

export interface GatewayPairFiles {
  readonly certFile: string;
  readonly keyFile: string;
  readonly nowMs: number;
}

/** @throws FaultsError also if the certificate is not valid now: callers would refuse it, and what was there before may do */
export function readGatewayPair(
  { environment }: Pick<Config, 'environment'>,
  { certFile, keyFile, nowMs }: GatewayPairFiles,
): GatewayPair {
  const cert = readSecretFile(certFile);
  refuseDevelopmentCertificate({ environment }, certFile, cert);
  const key = readSecretFile(keyFile);
  const certificate = readable(() => new X509Certificate(cert));
  if (certificate === undefined)
    throw unusable(certFile, 'the certificate cannot be read', 'Write it as PEM, those above it after it.');
  // The context alone would take an empty key for none.
  if (readable(() => [createPrivateKey(key), createSecureContext({ cert, key })]) === undefined)
    throw unusable(
      keyFile,
      'it is not the key of the certificate',
      'Replace both, by renaming, one right after the other.',
    );
  const { notBefore, notAfter } = validityOf(certificate);
  if (nowMs < notBefore || nowMs > notAfter)
    throw unusable(
      certFile,
      'the certificate is not valid now',
      'Have it renewed, and check the clock of this machine.',
    );
  return { cert, key, expiry: { kind: 'gateway', department: '', file: basename(certFile), at: notAfter } };
}

function readable<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}

function unusable(file: string, message: string, remedy: string): FaultsError {
  return new FaultsError([{ file, pointer: '', message, remedy }]);
}
