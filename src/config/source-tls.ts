import { createSecureContext } from 'node:tls';
import type { Clock } from '../domain/clock.ts';
import type { Secret, SourceTls } from '../domain/source-settings.ts';
import type { Config } from './config.ts';
import { rereading } from './rereading.ts';
import { readSecretFile, refuseDevelopmentCertificate } from './secrets.ts';

export interface SourceTlsFiles {
  readonly ca: string;
  readonly cert: string | undefined;
  readonly key: string | undefined;
}

/**
 * Who may have issued the certificate of a source, and what the gateway shows it, as their files have it now. While they
 * are being replaced, or do not fit each other, what was there before stays; the same object as long as nothing changed.
 * @throws FaultsError if one of them cannot be read to begin with
 */
export function openSourceTls(
  config: Pick<Config, 'environment'>,
  files: SourceTlsFiles,
  clock: Clock,
): Secret<SourceTls> {
  const read = (): SourceTls => {
    const pem = (file: string): string => {
      const text = readSecretFile(file);
      refuseDevelopmentCertificate(config, file, text);
      return text;
    };
    return {
      ca: pem(files.ca),
      ...(files.cert === undefined ? {} : { cert: pem(files.cert) }),
      ...(files.key === undefined ? {} : { key: pem(files.key) }),
    };
  };
  const reread = async (latest: SourceTls): Promise<SourceTls> => {
    try {
      const next = read();
      if (next.ca === latest.ca && next.cert === latest.cert && next.key === latest.key) return latest;
      createSecureContext(next);
      return next;
    } catch {
      return latest;
    }
  };
  return rereading(read(), reread, clock);
}
