import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, inject, it } from 'vitest';
import { type Config, parseConfig } from '../../../src/config/config.ts';
import { loadSources } from '../../../src/config/sources.ts';
import { FaultsError } from '../../../src/domain/fault.ts';
import { scratchFolder } from '../../support/scratch-folder.ts';

const certs = inject('certsDir');
const files = {
  caFile: join(certs, 'ca.pem'),
  certFile: join(certs, 'gateway.pem'),
  keyFile: join(certs, 'gateway.key.pem'),
};
const REGISTER = 'public-security.population-register';
const SOURCE = { origin: 'https://register.example.test:9443', ...files };

function configOf(sourcesFile: string, environment: string): Config {
  return parseConfig({
    DATABASE_URL: 'postgres://db.example.test/shuqiao',
    SHUQIAO_ENVIRONMENT: environment,
    SHUQIAO_TLS_CERT_FILE: 'x',
    SHUQIAO_TLS_KEY_FILE: 'x',
    SHUQIAO_CLIENT_CA_DIR: 'x',
    SHUQIAO_SIGNING_KEY_FILE: 'x',
    SHUQIAO_LEDGER_KEY_FILE: 'x',
    SHUQIAO_RECIPIENT_KEYS_DIR: 'x',
    SHUQIAO_SOURCES_FILE: sourcesFile,
  }).config;
}

function load(content: unknown, environment = 'development') {
  const text = typeof content === 'string' ? content : JSON.stringify(content);
  return loadSources(configOf(join(scratchFolder({ 'sources.json': text }), 'sources.json'), environment));
}

function faultsOf(content: unknown, environment?: string): readonly (readonly string[])[] {
  try {
    load(content, environment);
    return [];
  } catch (error) {
    if (!(error instanceof FaultsError)) throw error;
    for (const { remedy } of error.faults) expect(remedy).not.toBe('');
    return error.faults.map(({ pointer, message }) => [pointer, message]);
  }
}

const one = (source: object) => ({ sources: { [REGISTER]: source } });
const AT = `/sources/${REGISTER}`;

describe('the file of sources', () => {
  it('has a default for every limit', () => {
    expect(load(one(SOURCE)).get(REGISTER)).toEqual({
      origin: 'https://register.example.test:9443',
      tls: {
        ca: readFileSync(files.caFile, 'utf8'),
        cert: readFileSync(files.certFile, 'utf8'),
        key: readFileSync(files.keyFile, 'utf8'),
      },
      connectTimeoutMs: 2_000,
      firstByteTimeoutMs: 5_000,
      totalTimeoutMs: 8_000,
      maxBodyBytes: 1_048_576,
      breaker: { failurePercent: 50, minimumCalls: 10, windowMs: 10_000, restMs: 10_000, concurrency: 64 },
    });
  });

  it('sets one limit and leaves the others', () => {
    const source = load(one({ ...SOURCE, totalTimeoutMs: 900, breaker: { concurrency: 2 } })).get(REGISTER);
    expect(source).toMatchObject({ totalTimeoutMs: 900, connectTimeoutMs: 2_000 });
    expect(source?.breaker).toMatchObject({ concurrency: 2, minimumCalls: 10 });
  });

  it('names certificates relative to itself', () => {
    const folder = scratchFolder({
      'conf/sources.json': JSON.stringify(one({ ...SOURCE, caFile: '../tls/ca.pem' })),
      'tls/ca.pem': 'ca',
    });
    const config = configOf(join(folder, 'conf/sources.json'), 'development');
    expect(loadSources(config).get(REGISTER)?.tls.ca).toBe('ca');
  });

  it.each([
    ['an origin without TLS', one({ ...SOURCE, origin: 'http://register.example.test' }), `${AT}/origin`, /pattern/],
    ['an origin with a path', one({ ...SOURCE, origin: 'https://register.example.test/x' }), `${AT}/origin`, /pattern/],
    ['a password in the origin', one({ ...SOURCE, origin: 'https://a:b@register.test' }), `${AT}/origin`, /pattern/],
    ['no certificate', one({ origin: SOURCE.origin, caFile: 'x', keyFile: 'x' }), AT, /required property 'certFile'/],
    ['a timeout that never comes', one({ ...SOURCE, totalTimeoutMs: 0 }), `${AT}/totalTimeoutMs`, />= 50/],
    ['a timeout in seconds', one({ ...SOURCE, totalTimeoutMs: '8s' }), `${AT}/totalTimeoutMs`, /integer/],
    ['a body without an end', one({ ...SOURCE, maxBodyBytes: 1e9 }), `${AT}/maxBodyBytes`, /<= 16777216/],
    ['a breaker that nobody knows', one({ ...SOURCE, breaker: { retries: 3 } }), `${AT}/breaker`, /\("retries"\)/],
    ['a setting that nobody knows', one({ ...SOURCE, rejectUnauthorized: false }), AT, /\("rejectUnauthorized"\)/],
    ['an id that is none', { sources: { Register: SOURCE } }, '/sources', /additional properties \("Register"\)/],
    ['no sources', {}, '', /required property 'sources'/],
    ['no JSON', 'sources:', '', /refused as JSON \(not-json\)/],
    ['a source that stands twice', `{"sources":{"a.b":{},"a.b":{}}}`, '', /duplicate-key/],
  ])('is refused with %s', (_, content, pointer, message) => {
    expect(faultsOf(content)).toContainEqual([pointer, expect.stringMatching(message)]);
  });

  it('names the certificate that cannot be read', () => {
    expect(() => load(one({ ...SOURCE, certFile: '/nowhere/cert.pem' }))).toThrow(
      '/nowhere/cert.pem: the file cannot be read',
    );
  });

  it('is refused if it is not there', () => {
    expect(() => loadSources(configOf('/nowhere/sources.json', 'development'))).toThrow(
      '/nowhere/sources.json: the file cannot be read',
    );
  });

  it('in production is refused with a certificate of certs-dev', () => {
    expect(faultsOf(one(SOURCE), 'production')).toEqual([['', 'this is a certificate of certs-dev']]);
  });
});
