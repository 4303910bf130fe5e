import { describe, expect, it } from 'vitest';
import { parseConfig } from '../../../src/config/config.ts';
import type { Environment } from '../../../src/config/env.ts';
import { FaultsError } from '../../../src/domain/fault.ts';

const LEAST: Environment = {
  DATABASE_URL: 'postgres://gateway:secret-word@db.example.test/shuqiao',
  SHUQIAO_ISSUER: 'https://gateway.test',
  SHUQIAO_TLS_CERT_FILE: '/etc/shuqiao/gateway.pem',
  SHUQIAO_TLS_KEY_FILE: '/etc/shuqiao/gateway.key.pem',
  SHUQIAO_CLIENT_CA_DIR: '/etc/shuqiao/client-cas',
  SHUQIAO_KEY_ENCRYPTION_KEY_FILE: '/etc/shuqiao/key-encryption.key',
  SHUQIAO_SOURCES_FILE: '/etc/shuqiao/sources.json',
};

function faultsOf(environment: Environment): readonly string[] {
  try {
    parseConfig(environment);
    return [];
  } catch (error) {
    if (!(error instanceof FaultsError)) throw error;
    for (const { remedy } of error.faults) expect(remedy).toMatch(/^(?:Set|Leave) .+\.$/);
    return error.faults.map(({ file, message }) => `${file}: ${message}`);
  }
}

describe('the configuration', () => {
  it('has a default for all that is no secret and no place of a file', () => {
    const { config, secrets } = parseConfig(LEAST);
    expect(config).toEqual({
      environment: 'production',
      gatewayId: 'shuqiao',
      tokens: {
        issuer: 'https://gateway.test',
        resource: 'https://gateway.test/exchange',
        ttlSeconds: 300,
        outside: undefined,
      },
      exchange: {
        host: '127.0.0.1',
        port: 8443,
        certFile: '/etc/shuqiao/gateway.pem',
        clientCaDir: '/etc/shuqiao/client-cas',
      },
      control: { host: '127.0.0.1', port: 8081 },
      telemetry: { host: '127.0.0.1', port: 9090 },
      contractsDir: 'contracts',
      policiesDir: 'policies',
      reloadIntervalMs: 250,
      sourcesFile: '/etc/shuqiao/sources.json',
      embeddedDatabaseDir: '.trial/database',
      ledger: { trustPolicyFile: undefined, graceSeconds: 14_400, lookIntervalMs: 2_000 },
      exchangeTimeoutMs: 30_000,
      maxRequestBytes: 65_536,
      requestTimeoutMs: 10_000,
      statementTimeoutMs: 2_000,
      databaseConnections: 10,
      overload: {
        floor: 4,
        ceiling: 256,
        maxLength: 128,
        maxWaitMs: 100,
        maxInFlight: 512,
        maxInFlightPerCaller: 256,
        maxConnections: 2_000,
        maxConnectionsPerAddress: 1_500,
        maxConnectionsPerCaller: 1_000,
        maxHandshakes: 256,
      },
      drainDelayMs: 5_000,
      shutdownTimeoutMs: 10_000,
    });
    expect(secrets).toEqual({
      databaseUrl: LEAST['DATABASE_URL'],
      tlsKeyFile: '/etc/shuqiao/gateway.key.pem',
      keyEncryptionKeys: { current: { file: '/etc/shuqiao/key-encryption.key' }, previous: {} },
    });
  });

  it('can be printed: nothing in it is a secret or says where one is', () => {
    const printed = JSON.stringify(parseConfig(LEAST).config);
    for (const secret of ['secret-word', 'postgres:', 'gateway.key.pem', 'key-encryption.key'])
      expect(printed).not.toContain(secret);
  });

  it('does not change after it was read', () => {
    expect(Object.isFrozen(parseConfig(LEAST).config)).toBe(true);
  });

  it('names every variable that is missing, at once', () => {
    expect([...faultsOf({})].sort()).toEqual([
      'DATABASE_URL: it is not set',
      'SHUQIAO_CLIENT_CA_DIR: it is not set',
      'SHUQIAO_ISSUER: it is not set',
      'SHUQIAO_SOURCES_FILE: it is not set',
      'SHUQIAO_TLS_CERT_FILE: it is not set',
      'SHUQIAO_TLS_KEY_FILE: it is not set',
    ]);
  });

  it('takes an empty variable for one that is not set', () => {
    const empty = Object.fromEntries(Object.keys(LEAST).map((name) => [name, '']));
    expect(faultsOf(empty)).toEqual(faultsOf({}));
    expect(parseConfig({ ...LEAST, SHUQIAO_EXCHANGE_PORT: '' }).config.exchange.port).toBe(8443);
  });

  it.each([
    ['SHUQIAO_EXCHANGE_PORT', ['-1', '65536', '8443.5', 'https', 'NaN', '1e99']],
    ['SHUQIAO_CONTROL_PORT', ['65536']],
    ['SHUQIAO_TELEMETRY_PORT', ['x']],
    ['SHUQIAO_RELOAD_INTERVAL_MS', ['49', '501', '0']],
    ['SHUQIAO_TOKEN_TTL_SECONDS', ['29', '3601']],
    ['SHUQIAO_MAX_REQUEST_BYTES', ['1023', '1048577', '64K', 'Infinity']],
    ['SHUQIAO_REQUEST_TIMEOUT_MS', ['99', '60001', '0']],
    ['SHUQIAO_STATEMENT_TIMEOUT_MS', ['99', '60001', '0']],
    ['SHUQIAO_DATABASE_CONNECTIONS', ['0', '501']],
    ['SHUQIAO_SHUTDOWN_TIMEOUT_MS', ['-1', '600001']],
  ])('refuses a number outside its range: %s', (variable, values) => {
    for (const value of values)
      expect(faultsOf({ ...LEAST, [variable]: value })).toEqual([`${variable}: it is no number in its range`]);
  });

  it('takes a number at the ends of its range', () => {
    const { config } = parseConfig({ ...LEAST, SHUQIAO_EXCHANGE_PORT: '0', SHUQIAO_MAX_REQUEST_BYTES: '1048576' });
    expect(config.exchange.port).toBe(0);
    expect(config.maxRequestBytes).toBe(1_048_576);
  });

  it.each(['0.0.0.0', '::', '10.0.0.1', '127.0.0.2', 'gateway.example.test', '127.0.0.1.example.test'])(
    'refuses a control listener on %s, which has no authentication',
    (host) => {
      expect(faultsOf({ ...LEAST, SHUQIAO_CONTROL_HOST: host })).toEqual([
        'SHUQIAO_CONTROL_HOST: the control listener has no authentication yet',
      ]);
    },
  );

  it.each(['127.0.0.1', '::1', 'localhost'])('takes a control listener on %s', (host) => {
    expect(parseConfig({ ...LEAST, SHUQIAO_CONTROL_HOST: host }).config.control.host).toBe(host);
  });
});

describe('the environment', () => {
  const { DATABASE_URL: _, ...withoutDatabase } = LEAST;

  it('is production unless somebody says development, and then needs a database', () => {
    expect(parseConfig(LEAST).config.environment).toBe('production');
    expect(faultsOf(withoutDatabase)).toEqual(['DATABASE_URL: it is not set']);
    expect(faultsOf({ ...withoutDatabase, SHUQIAO_ENVIRONMENT: 'production' })).toEqual([
      'DATABASE_URL: it is not set',
    ]);
  });

  it('development does without a database', () => {
    const { config, secrets } = parseConfig({ ...withoutDatabase, SHUQIAO_ENVIRONMENT: 'development' });
    expect(config.environment).toBe('development');
    expect(secrets.databaseUrl).toBeUndefined();
  });

  it.each(['dev', 'Development', 'test', 'production '])('is neither for %j', (name) => {
    expect(faultsOf({ ...LEAST, SHUQIAO_ENVIRONMENT: name })).toEqual([
      'SHUQIAO_ENVIRONMENT: it is neither production nor development',
    ]);
  });
});

describe('the issuer of access tokens', () => {
  it.each([
    'http://gateway.test',
    'https://gateway.test/',
    'https://gateway.test/a',
    'https://a@gateway.test',
    'gateway',
  ])('is an https origin, and not %s', (issuer) => {
    expect(faultsOf({ ...LEAST, SHUQIAO_ISSUER: issuer })).toEqual([
      'SHUQIAO_ISSUER: it is no https address that an issuer can have (RFC 8414 §2)',
    ]);
  });

  it('may be outside, with its keys in a file or at an https address, and then the resource has to be named', () => {
    const outside = {
      ...LEAST,
      SHUQIAO_ISSUER: 'https://issuer.test/a',
      SHUQIAO_RESOURCE: 'https://gateway.test/exchange',
    };
    const file = { ...outside, SHUQIAO_ISSUER_JWKS_FILE: '/etc/shuqiao/issuer.jwks.json' };
    expect(parseConfig(file).config.tokens.outside).toEqual({ file: '/etc/shuqiao/issuer.jwks.json' });
    expect(faultsOf({ ...file, SHUQIAO_RESOURCE: '' })).toEqual(['SHUQIAO_RESOURCE: it is not set']);
    const faults = (url: string) => [...faultsOf({ ...outside, SHUQIAO_ISSUER_JWKS_URL: url })];
    expect(faults('https://issuer.test/jwks')).toEqual([]);
    expect(faults('http://issuer.test/jwks')).toEqual(['SHUQIAO_ISSUER_JWKS_URL: it is no https address']);
    expect(faultsOf({ ...file, SHUQIAO_ISSUER_JWKS_URL: 'https://issuer.test/jwks' })).toEqual([
      'SHUQIAO_ISSUER_JWKS_URL: there is a file as well',
    ]);
  });
});
