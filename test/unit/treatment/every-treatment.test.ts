import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { JsonSchema, JsonValue } from '../../../src/domain/json.ts';
import { compileCheck } from '../../../src/schema/checker.ts';
import { semanticTypeOf } from '../../../src/semantic/semantic-types.ts';
import { ABSENT, type Treat, type Treatment, type TreatmentSite, UNFIT } from '../../../src/treatment/treatment.ts';
import { TREATMENTS } from '../../../src/treatment/treatments.ts';
import { asking, NOW } from '../../support/circumstances.ts';
import { anyText, safeJson } from '../../support/generate-json.ts';
import { SCOPED_KEYS } from '../../support/treatment-keys.ts';
import { QUERY, sitesOf } from '../../support/treatment-sites.ts';

const all = [...TREATMENTS.values()];
const circumstances = asking(QUERY);
const DAY_MS = 86_400_000;

/** Half of a four-byte character, marks that turn the direction of a text, full-width, combining, private use. */
const strangeText = fc.string({
  unit: fc.constantFrom(
    '\uD800',
    '\uDC00',
    '\u202E',
    '\u200F',
    '\u2066',
    '\u200B',
    '\uFEFF',
    '\u0301',
    '\u0327',
    '\uE000',
    '\u{10FFFD}',

    '１',
    '９',
    'Ｘ',
    '＠',
    '－',
    '．',
    '　',
    '𠮷',
    '欧',
    'A',
    'x',
    '0',
    '1',
    '9',
    '-',
    '.',
    ':',
    '/',
    '@',
    '*',
    '=',
    '\0',
  ),
  maxLength: 30,
});
const long = fc
  .constantFrom('1', 'a', '欧', '\uD800', '\u0301', '\u202E', '1 ', '@', 'AAAA')
  .map((unit) => unit.repeat(100_000 / unit.length));
const number = fc.oneof(
  fc.constantFrom(Number.NaN, -0, 0, 1e308, -1e308, Number.POSITIVE_INFINITY, Number.MAX_SAFE_INTEGER, 0.1, 2 ** 53),
  fc.integer({ min: -100, max: 2000 }),
  fc.double(),
);

/** A value of the field's meaning, as it is and in spellings that people use. */
function fitting(schema: JsonSchema): fc.Arbitrary<JsonValue> {
  const semantic = semanticTypeOf(schema);
  if (semantic === undefined) return fc.oneof(number, anyText, fc.boolean());
  const made = fc
    .infiniteStream(fc.nat())
    .map((stream) => semantic.sample((below) => (stream.next().value ?? 0) % below));
  const spelled = fc.constantFrom(
    (text: string) => text,
    (text: string) => text.toLowerCase(),
    (text: string) => text.replace(/[!-~]/g, (one) => String.fromCharCode(one.charCodeAt(0) + 0xfee0)),
    (text: string) => ` ${text} `,
  );
  return fc.tuple(made, spelled).map(([value, spell]) => (typeof value === 'string' ? spell(value) : value));
}

const anything = (schema: JsonSchema): fc.Arbitrary<JsonValue | undefined> =>
  fc.oneof(
    { weight: 6, arbitrary: fitting(schema) },
    { weight: 3, arbitrary: strangeText },
    { weight: 2, arbitrary: number },
    { weight: 3, arbitrary: fc.oneof(safeJson, fc.constant(undefined)) },
  );

/** Values like this one: a character more or another, a little more or less. */
function neighbours(value: JsonValue): readonly JsonValue[] {
  if (typeof value === 'number')
    return [-1, 1].flatMap((sign) => [1e-6, 1e-3, 0.4, 1, 3].map((step) => value + sign * step));
  if (typeof value === 'boolean') return [!value];
  if (typeof value !== 'string') return [];
  const changed = Array.from(value.slice(0, 64)).flatMap((_, at) =>
    ['0', '1', '2', 'b'].map((character) => value.slice(0, at) + character + value.slice(at + 1)),
  );
  return [...changed, `${value}/a`, `${value}a`];
}

/** What is there as it was says nothing if something else would have looked the same. */
function standsForOthers(treat: Treat, value: JsonValue): boolean {
  return neighbours(value).some((other) => other !== value && treat(other, circumstances) === value);
}

/** A class that bears the name of a member (汉族) is one of the few words that its schema says come out. */
function isClass(treatment: Treatment, site: TreatmentSite, value: JsonValue): boolean {
  const { enum: classes } = treatment.emits(site);
  return treatment.technique === 'generalisation' && Array.isArray(classes) && classes.includes(value);
}

interface Tried {
  readonly site: TreatmentSite;
  readonly treat: Treat;
  readonly again: Treat;
  readonly isEmitted: (value: JsonValue) => boolean;
  readonly isOfField: (value: JsonValue) => boolean;
}

function tried(treatment: Treatment): readonly Tried[] {
  return sitesOf(treatment).map((site) => {
    const [emitted, field] = [compileCheck(treatment.emits(site)), compileCheck(site.schema)];
    return {
      site,
      treat: treatment.compile(site, SCOPED_KEYS),
      again: treatment.compile(site, SCOPED_KEYS),
      isEmitted: (value) => emitted(value).length === 0,
      isOfField: (value) => field(value).length === 0,
    };
  });
}

describe.each(all)('whatever the value is, $id', (treatment) => {
  const uses = tried(treatment);
  const use = fc.constantFrom(...uses).chain((one) => fc.tuple(fc.constant(one), anything(one.site.schema)));

  it('is tried, on every kind of field that it takes', () => {
    expect(uses.length).toBeGreaterThan(0);
    const meanings = new Set(uses.map(({ site }) => site.schema['x-semantic'] ?? 'untyped'));
    for (const semantic of treatment.accepts.semantics ?? []) expect(meanings).toContain(semantic);
  });

  it('never throws', () => {
    fc.assert(
      fc.property(use, fc.oneof(safeJson, strangeText), ([{ treat }, value], asked) => {
        treat(value, circumstances);
        treat(value, asking({ asked, who: asked }));
        treat(value, asking({}));
      }),
      { numRuns: 400 },
    );
    for (const { treat } of uses) for (const [value] of fc.sample(fc.tuple(long), 9)) treat(value, circumstances);
  });

  it('gives what its schema promises, or nothing', () => {
    fc.assert(
      fc.property(use, ([{ treat, isEmitted, isOfField }, value]) => {
        // A value of another type does not get past the contract.
        if (value === undefined || !isOfField(value)) return;
        const out = treat(value, circumstances);
        if (out !== UNFIT && out !== ABSENT) expect(isEmitted(out)).toBe(true);
      }),
      { numRuns: 400 },
    );
  });

  it('never gives the value itself, unless it says so', () => {
    fc.assert(
      fc.property(use, ([{ site, treat }, value]) => {
        // A yes is not the value that it is about, even where that is a yes too.
        if (value === undefined || value === null || treatment.technique === 'assertion') return;
        if (treatment.reveals(site).has('value') || isClass(treatment, site, value)) return;
        const given = treat(value, circumstances) === value;
        if (given) expect([value, standsForOthers(treat, value)]).toEqual([value, true]);
      }),
      { numRuns: 400 },
    );
  });

  it('says yes or no, if it is an assertion', () => {
    for (const { site } of uses)
      if (treatment.technique === 'assertion') expect(treatment.emits(site)).toEqual({ type: 'boolean' });
  });

  it('gives the same again, always or within a day, as it declares', () => {
    const later = { always: NOW + 400 * DAY_MS, 'per-day': Date.parse('2026-11-23T23:59:59.999+08:00') };
    const { deterministic } = treatment;
    if (deterministic === false) return;
    const nowMs = deterministic === true ? later.always : later[deterministic];
    fc.assert(
      fc.property(use, ([{ treat, again }, value]) => {
        expect(again(value, { ...circumstances, nowMs })).toEqual(treat(value, circumstances));
      }),
      { numRuns: 200 },
    );
  });
});

const CHARACTERS = 50_000;

/** Texts that make a pattern try again and again, or a normal form sort. */
const HOSTILE: Readonly<Record<string, (length: number) => string>> = {
  digits: (length) => '1'.repeat(length),
  letters: (length) => 'a'.repeat(length),
  han: (length) => '欧'.repeat(length),
  marks: (length) => `a${'\u0301\u0327'.repeat(length / 2)}`,
  spaces: (length) => ' '.repeat(length),
  'spaces between': (length) => `1${' '.repeat(length)}1`,
  'digits apart': (length) => '1 '.repeat(length / 2),
  'digits with zero width between': (length) => '1\u200B'.repeat(length / 2),
  'domains without end': (length) => `a@${'a.'.repeat(length / 2)}`,
  'at signs': (length) => 'a@'.repeat(length / 2),
  plates: (length) => '苏A'.repeat(length / 2),
  'capitals and digits': (length) => '9A'.repeat(length / 2),
  colons: (length) => ':'.repeat(length),
  'an address': (length) => `https://a.cn/${'?a'.repeat(length / 2)}`,
  base64: (length) => 'AAAA'.repeat(length / 4),
  'half characters': (length) => '\uD800'.repeat(length),
};

/** The least of several runs; of one that takes long, no other is needed. */
function cpuMs(run: () => unknown): number {
  let least = Number.POSITIVE_INFINITY;
  for (let runs = 0; runs < 4 && (runs === 0 || least < 500); runs += 1) {
    const before = process.cpuUsage();
    run();
    const { user, system } = process.cpuUsage(before);
    least = Math.min(least, (user + system) / 1000);
  }
  return least;
}

// What is done in this is not by the square of anything: a hundred thousand squared takes seconds.
const NOTHING_MS = 8;

describe.each(all.filter(({ accepts }) => accepts.types.includes('string')))('the time of $id', (treatment) => {
  const texts = sitesOf(treatment).filter(({ schema }) => schema['type'] === 'string');
  const kinds = [...new Map(texts.map((site) => [site.schema['x-semantic'], site])).values()];

  it('grows with the length of a text and not with its square', { timeout: 120_000 }, () => {
    for (const site of kinds) {
      const treat = treatment.compile(site, SCOPED_KEYS);
      for (const [name, hostile] of Object.entries(HOSTILE)) {
        const [once, twice] = [hostile(CHARACTERS), hostile(2 * CHARACTERS)];
        const long = cpuMs(() => treat(twice, circumstances));
        if (long < NOTHING_MS) continue;
        const short = cpuMs(() => treat(once, circumstances));
        expect(long / short, `${JSON.stringify(site.schema)}: ${name}`).toBeLessThan(3.5);
      }
    }
  });
});
