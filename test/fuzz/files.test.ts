import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, inject, it } from 'vitest';
import { parseConfig } from '../../src/config/config.ts';
import { loadSources } from '../../src/config/sources.ts';
import { readRecord } from '../../src/contract/read-record.ts';
import { FaultsError } from '../../src/domain/fault.ts';
import type { JsonValue } from '../../src/domain/json.ts';
import { readSignature, readSignatureInput } from '../../src/keys/signature-fields.ts';
import { rememberingSteps } from '../../src/plan/compile-steps.ts';
import { loadSnapshot } from '../../src/plan/load-snapshot.ts';
import { loadCases } from '../../src/policy/load-cases.ts';
import { copyOf } from '../contracts/broken-copy.ts';
import { exampleResident } from '../support/harness.ts';
import { fuzzing, type Mutant, mutants } from '../support/mutate.ts';
import { scratchFolder } from '../support/scratch-folder.ts';

const DEEP_MS = 400_000;

/** What somebody may write in the place of anything that a file says. */
const VALUES = listed([
  [null, true, 0, -1, 1.5, 9_007_199_254_740_991, '', 'x', '__proto__', 'constructor', '../../etc/passwd', '/a/*'],
  [
    '//evil',
    '^(a+)+$',
    '(?=a)',
    '\\1',
    '('.repeat(200),
    '[^\\p{L}]*',
    '\u0000',
    '\u{1F600}',
    'a'.repeat(300),
    '#/$defs/x',
  ],
  ['2026-02-30', {}, { $ref: '#' }, { $ref: '#/$defs/constructor' }, { type: 'object' }, { type: ['string', 'null'] }],
  [{ type: 'string', pattern: '^(a|a)*$' }, { oneOf: [] }, { 'x-max-depth': 8 }, { hasOwnProperty: 1, toString: 'x' }],
  [[], [[]], [null, null]],
]);

function listed(lists: readonly (readonly JsonValue[])[]): readonly JsonValue[] {
  return lists.flatMap((list) => [...list]);
}

/** The mutant of a file: as bytes, or as JSON with another value, another name or something missing at some places. */
const changes: fc.Arbitrary<(text: string) => Buffer> = fc.oneof(
  mutants.map((mutant: Mutant) => (text: string) => mutant([text])),
  fc
    .array(fc.tuple(fc.nat(9999), fc.constantFrom(...VALUES), fc.constantFrom('value', 'name', 'none')), {
      minLength: 1,
      maxLength: 3,
    })
    .map((edits) => (text: string) => {
      const content = JSON.parse(text) as JsonValue;
      for (const [which, value, what] of edits) edit(content, which, structuredClone(value), what);
      return Buffer.from(JSON.stringify(content));
    }),
);

function edit(content: JsonValue, which: number, value: JsonValue, what: 'value' | 'name' | 'none'): void {
  const places: (readonly [object: object, name: string])[] = [];
  const walk = (at: JsonValue): void => {
    if (typeof at !== 'object' || at === null) return;
    for (const [name, inner] of Object.entries(at)) {
      places.push([at, name]);
      walk(inner);
    }
  };
  walk(content);
  const [object, name] = places[which % Math.max(places.length, 1)] ?? [];
  if (object === undefined || name === undefined) return;
  if (what === 'value') Reflect.set(object, name, value);
  else if (what === 'name')
    Object.defineProperty(object, typeof value === 'string' ? value : JSON.stringify(value), {
      value: Reflect.get(object, name) as JsonValue,
      enumerable: true,
      configurable: true,
    });
  else Reflect.deleteProperty(object, name);
}

/** Loads, or says what is wrong in a form that a person can act on. Nothing else, and it ends. */
function expectFaultsOrNone(load: () => unknown): 'loads' | 'faults' {
  try {
    load();
    return 'loads';
  } catch (error) {
    if (!(error instanceof FaultsError)) throw error;
    for (const { file, message, remedy } of error.faults) expect([file, message, remedy]).not.toContain('');
    return 'faults';
  }
}

/** What became of them all, and what took longest: for whoever reads the output of a deep run. */
const became = new Map<string, number>();
let longestMs = 0;
function counted(kind: string, run: () => string): void {
  const begin = performance.now();
  const key = `${kind} ${run()}`;
  longestMs = Math.max(longestMs, performance.now() - begin);
  became.set(key, (became.get(key) ?? 0) + 1);
}
afterAll(() => {
  if (process.env['SHUQIAO_PROPERTY_RUNS'] !== undefined)
    process.stdout.write(`${JSON.stringify({ ...Object.fromEntries(became), longestMs })}\n`);
});

describe('whatever somebody makes of a file, it loads or its faults are told:', () => {
  const IDENTITY = 'contracts/public-security/resident-identity/v1';
  it.for([
    `${IDENTITY}/contract.json`,
    `${IDENTITY}/schema.json`,
    'policies/grants/open-a-shop-identity.json',
    'policies/grants/tax-registration-licence.json',
    'policies/departments.json',
    'policies/legal-bases.json',
    'policies/purposes.json',
    'policies/systems.json',
  ])('%s', { timeout: DEEP_MS }, (file) => {
    const root = copyOf();
    const text = readFileSync(file, 'utf8');
    const steps = rememberingSteps();
    const folders = { contractsDir: join(root, 'contracts'), policiesDir: join(root, 'policies') };
    fc.assert(
      fc.property(changes, (change) => {
        writeFileSync(join(root, file), change(text));
        counted(file, () => expectFaultsOrNone(() => loadSnapshot(folders, undefined, steps)));
      }),
      fuzzing(12),
    );
    writeFileSync(join(root, file), text);
    expect(expectFaultsOrNone(() => loadSnapshot(folders, undefined, steps))).toBe('loads');
  });

  it('a case that tests policies', { timeout: DEEP_MS }, () => {
    const root = copyOf();
    const file = 'policies/cases/open-a-shop-identity.json';
    const text = readFileSync(file, 'utf8');
    fc.assert(
      fc.property(changes, (change) => {
        writeFileSync(join(root, file), change(text));
        counted('case', () => {
          const { faults } = loadCases(join(root, 'policies/cases'), [join(root, 'contracts')]);
          return faults.length > 0 ? 'faults' : 'loads';
        });
      }),
      fuzzing(20),
    );
  });

  it('the sources', { timeout: DEEP_MS }, () => {
    const certs = inject('certsDir');
    const source = {
      origin: 'https://register.example.test:9443',
      addresses: ['10.0.0.0/8', 'fd00:1::/32'],
      caFile: join(certs, 'ca.pem'),
      certFile: join(certs, 'gateway.pem'),
      keyFile: join(certs, 'gateway.key.pem'),
      totalTimeoutMs: 900,
      breaker: { concurrency: 2 },
    };
    const text = JSON.stringify({
      sources: { 'a.b': source, 'a.c': { ...source, authentication: { kind: 'mutual-tls' } } },
    });
    const file = join(scratchFolder({ 'sources.json': text }), 'sources.json');
    const { config } = parseConfig({
      SHUQIAO_ENVIRONMENT: 'development',
      SHUQIAO_TLS_CERT_FILE: 'x',
      SHUQIAO_TLS_KEY_FILE: 'x',
      SHUQIAO_CLIENT_CA_DIR: 'x',
      SHUQIAO_SOURCES_FILE: file,
    });
    expect(expectFaultsOrNone(() => loadSources(config))).toBe('loads');
    fc.assert(
      fc.property(changes, (change) => {
        writeFileSync(file, change(text));
        counted('sources', () => expectFaultsOrNone(() => loadSources(config)));
      }),
      fuzzing(100),
    );
  });
});

describe('whatever stands in the place of', () => {
  it('a record, it is read as one of the contract or its fault is told, without its values', {
    timeout: DEEP_MS,
  }, () => {
    const { contracts } = loadSnapshot({ contractsDir: 'contracts', policiesDir: 'policies' });
    const contract = contracts.get('public-security.resident-identity.v1');
    if (contract === undefined) throw new Error('the contract is gone');
    const resident = exampleResident();
    const text = JSON.stringify(resident);
    fc.assert(
      fc.property(changes, (change) => {
        counted('record', () => {
          const reading = readRecord(contract, change(text), { residentId: resident.residentId });
          if ('record' in reading) return 'fits';
          expect(reading.broken.length).toBeGreaterThan(0);
          for (const { pointer, rule } of reading.broken) expect(pointer + rule).toMatch(/^[\w/{}*-]{1,200}$/);
          return 'broken';
        });
      }),
      fuzzing(1000),
    );
  });

  it('the headers of a signature, they are read in one way or not at all', { timeout: DEEP_MS }, () => {
    const input =
      'sig=("@method" "@authority" "@path" "content-digest");created=1;expires=2;keyid="k";tag="t";nonce="n"';
    const signature = `sig=:${Buffer.alloc(64, 7).toString('base64')}:`;
    fc.assert(
      fc.property(mutants, (mutant) => {
        const text = mutant([input, signature]).toString('latin1');
        counted('signature', () => {
          const read = readSignatureInput(text);
          const bytes = readSignature(text)?.bytes;
          if (read !== undefined) expect(`${read.label}=${read.text}`).toBe(text);
          if (bytes !== undefined) expect(text).toContain(Buffer.from(bytes).toString('base64'));
          return read === undefined && bytes === undefined ? 'refused' : 'read';
        });
      }),
      fuzzing(2000),
    );
  });
});
