import { readFileSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { inspect } from 'node:util';
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
    SHUQIAO_ISSUER: 'https://gateway.test',
    SHUQIAO_TLS_CERT_FILE: 'x',
    SHUQIAO_TLS_KEY_FILE: 'x',
    SHUQIAO_CLIENT_CA_DIR: 'x',
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
  it('has a default for every limit', async () => {
    const loaded = load(one(SOURCE)).get(REGISTER);
    expect(await loaded?.tls.current()).toEqual({
      ca: readFileSync(files.caFile, 'utf8'),
      cert: readFileSync(files.certFile, 'utf8'),
      key: readFileSync(files.keyFile, 'utf8'),
    });
    expect(loaded).toEqual({
      origins: ['https://register.example.test:9443'],
      mayReach: expect.any(Function) as unknown,
      tls: { current: expect.any(Function) as unknown },
      authentication: { kind: 'mutual-tls' },
      connectTimeoutMs: 2_000,
      firstByteTimeoutMs: 5_000,
      totalTimeoutMs: 8_000,
      maxBodyBytes: 1_048_576,
      breaker: {
        failurePercent: 50,
        minimumCalls: 10,
        windowMs: 10_000,
        consecutiveFailures: 10,
        restMs: 10_000,
        probes: 3,
        concurrency: 64,
        waiting: 64,
        waitMs: 500,
      },
      retry: { attempts: 2, budgetPercent: 20, pauseMs: 100 },
    });
  });

  it('sets one limit and leaves the others', () => {
    const source = load(one({ ...SOURCE, totalTimeoutMs: 900, breaker: { concurrency: 2 } })).get(REGISTER);
    expect(source).toMatchObject({ totalTimeoutMs: 900, connectTimeoutMs: 2_000 });
    expect(source?.breaker).toMatchObject({ concurrency: 2, minimumCalls: 10 });
  });

  it('has the origins that are asked one after the other, each once, and looks at where each of them is', () => {
    const standbyOrigins = ['https://standby.example.test:9443', 'https://register.example.test:9443'];
    expect(load(one({ ...SOURCE, standbyOrigins })).get(REGISTER)?.origins).toEqual([
      'https://register.example.test:9443',
      'https://standby.example.test:9443',
    ]);
    expect(() => load(one({ ...SOURCE, standbyOrigins: ['https://169.254.169.254'] }))).toThrow(/standbyOrigins\/0/);
  });

  it('names certificates relative to itself', async () => {
    const folder = scratchFolder({
      'conf/sources.json': JSON.stringify(one({ ...SOURCE, caFile: '../tls/ca.pem' })),
      'tls/ca.pem': 'ca',
    });
    const config = configOf(join(folder, 'conf/sources.json'), 'development');
    expect((await loadSources(config).get(REGISTER)?.tls.current())?.ca).toBe('ca');
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

describe('how the gateway proves itself to a source', () => {
  const { caFile } = files;
  const TOKEN = 'geheim-bearer-4711';
  const folder = () =>
    scratchFolder({
      'conf/token': `${TOKEN}\n`,
      secret: 'geheim0123456789',
      key: 'aB'.repeat(32),
      short: 'ab'.repeat(31),
      long: 'a'.repeat(257),
      empty: '\n',
      lines: 'one\ntwo',
      chinese: '数桥数桥数桥数桥数桥数桥',
      binary: Buffer.alloc(64, 0xff),
    });

  /** As written, with the file of sources in a folder of its own. */
  function loadFrom(at: string, authentication: unknown) {
    const file = join(at, 'conf/sources.json');
    writeFileSync(file, JSON.stringify(one({ origin: SOURCE.origin, caFile, authentication })));
    return loadSources(configOf(file, 'development')).get(REGISTER);
  }

  function faultsWith(authentication: unknown): readonly (readonly string[])[] {
    const at = folder();
    try {
      loadFrom(at, authentication);
      return [];
    } catch (error) {
      if (!(error instanceof FaultsError)) throw error;
      return error.faults.map(({ file, pointer, message }) => [relative(at, file), pointer, message]);
    }
  }

  it('is mutual TLS if nothing is said, or if that is', () => {
    expect(load(one(SOURCE)).get(REGISTER)?.authentication).toEqual({ kind: 'mutual-tls' });
    const said = load(one({ ...SOURCE, authentication: { kind: 'mutual-tls' } })).get(REGISTER);
    expect(said?.authentication).toEqual({ kind: 'mutual-tls' });
  });

  it('is a secret in a file, named relative to the file of sources, and nothing that printing would show', async () => {
    const at = folder();
    const bearer = loadFrom(at, { kind: 'bearer', tokenFile: 'token' });
    expect(await bearer?.tls.current()).toEqual({ ca: readFileSync(caFile, 'utf8') });
    const { authentication } = bearer ?? {};
    if (authentication?.kind !== 'bearer') throw new Error('another kind');
    expect(await authentication.token.current()).toBe(TOKEN);
    expect(JSON.stringify(bearer) + inspect(bearer, { depth: 9, showHidden: true })).not.toContain(TOKEN);

    const national = loadFrom(at, {
      kind: 'gjgxjhpt',
      rid: 'r@9',
      sid: 's_9',
      secretFile: '../secret',
    })?.authentication;
    if (national?.kind !== 'gjgxjhpt') throw new Error('another kind');
    expect({ rid: national.rid, sid: national.sid }).toEqual({ rid: 'r@9', sid: 's_9' });
    expect(await national.key.current()).toEqual(Buffer.from('geheim0123456789'));

    const signature = loadFrom(at, { kind: 'http-signature', keyId: 'k', secretFile: '../key' })?.authentication;
    if (signature?.kind !== 'http-signature') throw new Error('another kind');
    expect(await signature.key.current()).toEqual(Buffer.alloc(32, 0xab));
  });

  const AUTHENTICATION = `${AT}/authentication`;
  it.each<[string, object, string, RegExp]>([
    ['a secret in it', { kind: 'bearer', token: TOKEN }, '', /\("token"\)/],
    ['no secret', { kind: 'bearer' }, '', /required property 'tokenFile'/],
    ['the secret of another kind', { kind: 'http-signature', keyId: 'k', tokenFile: 'token' }, '', /'secretFile'/],
    ['a kind that nobody knows', { kind: 'basic', secretFile: 'token' }, '/kind', /allowed values/],
    ['no kind', { tokenFile: 'token' }, '', /required property 'kind'/],
    [
      'a name that breaks a line',
      { kind: 'gjgxjhpt', rid: 'a\r\nb', sid: 's', secretFile: '../secret' },
      '/rid',
      /pattern/,
    ],
    [
      'a name that ends its quotes',
      { kind: 'http-signature', keyId: 'a"b', secretFile: '../key' },
      '/keyId',
      /pattern/,
    ],
  ])('is refused with %s', (_, authentication, pointer, message) => {
    const faults = faultsWith(authentication);
    expect(faults).toContainEqual(['conf/sources.json', AUTHENTICATION + pointer, expect.stringMatching(message)]);
    expect(JSON.stringify(faults)).not.toContain(TOKEN);
  });

  it.each([
    ['bearer', ['../empty', '../lines', '../chinese', '../binary', '..', 'nowhere', TOKEN]],
    ['gjgxjhpt', ['../empty', '../lines', '../chinese', '../binary', '../long', 'nowhere', TOKEN]],
    ['http-signature', ['../empty', '../lines', '../secret', '../short', '../binary', 'nowhere', TOKEN]],
  ])('is refused where %s names no secret of its kind, and what it names is not repeated', (kind, paths) => {
    const member = kind === 'bearer' ? 'tokenFile' : 'secretFile';
    const names = { bearer: {}, gjgxjhpt: { rid: 'r', sid: 's' }, 'http-signature': { keyId: 'k' } }[kind];
    for (const path of paths)
      expect(faultsWith({ kind, ...names, [member]: path })).toEqual([
        ['conf/sources.json', `${AUTHENTICATION}/${member}`, 'it names no file with a secret of this kind'],
      ]);
  });

  it('needs a certificate and its key where it is mutual TLS, and never one of them alone', () => {
    const { certFile, keyFile } = files;
    const { origin } = SOURCE;
    const bearer = { kind: 'bearer', tokenFile: 'x' };
    const missing = (source: object, name: string): void =>
      expect(faultsOf(one({ origin, caFile, ...source }))).toContainEqual([AT, expect.stringContaining(name)]);
    missing({ authentication: { kind: 'mutual-tls' } }, "'certFile'");
    missing({ authentication: bearer, certFile }, 'keyFile');
    missing({ authentication: bearer, keyFile }, 'certFile');
  });
});
