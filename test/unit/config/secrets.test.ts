import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, inject, it } from 'vitest';
import { type Config, parseConfig } from '../../../src/config/config.ts';
import { readSecrets, refuseDevelopmentCertificate } from '../../../src/config/secrets.ts';
import { FaultsError } from '../../../src/domain/fault.ts';

const certs = inject('certsDir');
const GARBAGE = '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n';

function parsed(environment: Readonly<Record<string, string>>): ReturnType<typeof parseConfig> {
  return parseConfig({
    DATABASE_URL: 'postgres://db.example.test/shuqiao',
    SHUQIAO_ISSUER: 'https://gateway.test',
    SHUQIAO_TLS_CERT_FILE: join(certs, 'gateway.pem'),
    SHUQIAO_TLS_KEY_FILE: join(certs, 'gateway.key.pem'),
    SHUQIAO_CLIENT_CA_DIR: join(certs, 'client-cas'),
    SHUQIAO_KEY_ENCRYPTION_KEY_FILE: join(certs, 'key-encryption.key'),
    SHUQIAO_SOURCES_FILE: 'sources.json',
    ...environment,
  });
}

function faultOf(read: () => unknown): readonly string[] {
  try {
    read();
    return [];
  } catch (error) {
    if (!(error instanceof FaultsError)) throw error;
    return error.faults.flatMap(({ file, message }) => [file, message]);
  }
}

const read = (environment: Readonly<Record<string, string>>) => () => {
  return readSecrets(parsed(environment).secrets);
};
const CERTS_DEV = 'this is a certificate of certs-dev';

describe('the secrets', () => {
  it.each(['SHUQIAO_KEY_ENCRYPTION_KEY_FILE'])('name the file that cannot be read: %s', (variable) => {
    expect(faultOf(read({ SHUQIAO_ENVIRONMENT: 'development', [variable]: '/nowhere/file' }))).toEqual([
      '/nowhere/file',
      'the file cannot be read',
    ]);
  });
});

describe('a certificate of certs-dev', () => {
  const production = { ...parsed({}).config } satisfies Config;
  const pem = (name: string): string => readFileSync(join(certs, name), 'utf8');

  it.each(['ca.pem', 'gateway.pem', 'systems/hotline.agent-desk.pem'])('is refused in production: %s', (name) => {
    expect(faultOf(() => refuseDevelopmentCertificate(production, name, pem(name)))).toEqual([name, CERTS_DEV]);
  });

  it('is refused in production wherever it stands in a file of several', () => {
    const bundle = `# authorities\r\n${pem('gateway.pem')}\n${pem('ca.pem')}`;
    expect(faultOf(() => refuseDevelopmentCertificate(production, 'bundle.pem', bundle))).toEqual([
      'bundle.pem',
      CERTS_DEV,
    ]);
  });

  it('is taken in development', () => {
    const development = parsed({ SHUQIAO_ENVIRONMENT: 'development' }).config;
    expect(faultOf(() => refuseDevelopmentCertificate(development, 'ca.pem', pem('ca.pem')))).toEqual([]);
  });

  it('cannot hide behind one that cannot be read', () => {
    expect(faultOf(() => refuseDevelopmentCertificate(production, 'x.pem', GARBAGE + pem('ca.pem')))).toEqual([
      'x.pem',
      'a certificate in it cannot be read',
    ]);
  });
});
