import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { COMPILE_OVER_LIMITS } from '../../src/disclosure/compile-over-limits.ts';
import { lintDepartment, RULES } from '../../src/disclosure/lint.ts';
import { PUBLISHED, residentIdCandidates, residentIdShown } from '../../src/disclosure/resident-id-candidates.ts';
import type { Finding } from '../../src/disclosure/rule.ts';
import { precision } from '../../src/domain/precision.ts';
import { loadSnapshot } from '../../src/plan/load-snapshot.ts';
import { TREATMENT_KEYS } from '../support/treatment-keys.ts';
import { both, copyOf, type Edit, set } from './broken-copy.ts';

const IDENTITY = 'policies/grants/open-a-shop-identity.json';
const TAX = 'policies/grants/open-a-shop-tax.json';
const LICENCE = 'policies/grants/tax-registration-licence.json';
const HOUSEHOLD = 'policies/grants/survivor-benefit-household.json';
const CALL_BACK = 'policies/grants/hotline-call-back.json';
const SCHEMA = 'contracts/public-security/resident-identity/v1/schema.json';
const CONTRACT = 'contracts/public-security/resident-identity/v1/contract.json';
const BASES = 'policies/legal-bases.json';
const NOW = Date.parse('2026-11-23T00:00:00+08:00');

const open = both(
  set('policies/purposes.json', '/purposes/0/ceiling', { '*': 'exact' }),
  both(
    set('policies/purposes.json', '/purposes/1/ceiling', { '*': 'exact' }),
    set(BASES, '/legalBases/2/ceiling', { '*': 'exact' }),
  ),
);
let reasons = 0;
const field = (path: string, treatment: string, parameters = {}): Record<string, string | object> => {
  reasons += 1;
  return { path, treatment, parameters, justification: `reason ${reasons}` };
};
const number = (area: number, tail: number) => field('/residentId', 'cn.resident-id', { area, tail });
const put = (file: string, at: number, granted: object): Edit => set(file, `/fields/${at}`, granted as never);

function found(edit: Edit): readonly Finding[] {
  const root = copyOf(open, edit);
  const folders = { contractsDir: join(root, 'contracts'), policiesDir: join(root, 'policies') };
  const { plans, departments } = loadSnapshot(folders, TREATMENT_KEYS, COMPILE_OVER_LIMITS);
  return [...departments.keys()].flatMap((id) => lintDepartment(id, { plans, now: NOW }));
}

const dated = (treatment: string, parameters = {}): Edit =>
  put(IDENTITY, 3, field('/birthDate', treatment, parameters));
const truncated = (to: string): Edit => dated('date.truncate', { to });
const counts = both(
  set(CONTRACT, '/population', 500_000),
  both(
    set(SCHEMA, '/properties/birthDate/x-quasi-identifier', { 'birth-date': 36_500, year: 80 }),
    set(SCHEMA, '/properties/sex/x-quasi-identifier', { sex: 2 }),
  ),
);
const sexAnd = (date: object): Edit =>
  both(counts, both(put(IDENTITY, 1, field('/sex', 'keep')), put(IDENTITY, 3, date)));
const split = both(put(IDENTITY, 1, number(6, 0)), put(TAX, 1, number(0, 4)));
const asking = (name: string): Edit =>
  both(
    set(CONTRACT, `/query/properties/${name}`, { type: 'string', 'x-match': `/${name}` }),
    set(IDENTITY, '/parameters', ['residentId', 'name', name]),
  );
const limit = (over: number) => ({
  ...field('/arrearsFen', 'threshold', { operator: '>', limit: over }),
  as: `over${over}`,
});
const age = (atLeast: number) => ({ ...field('/birthDate', 'date.age', { atLeast }), as: `atLeast${atLeast}` });
const rounded = (step: number) => ({ ...field('/arrearsFen', 'number.round', { step }), as: `by${step}` });
const code = (keep: string) => ({ ...field('/creditCode', 'cn.uscc', { keep }), as: `code${keep}` });
const ends = (path: string, head: number, tail: number) => ({
  ...field(path, 'keep-ends', { head, tail, minMasked: 1 }),
  as: `from${head}to${tail}`,
});
const basis =
  (value: object): Edit =>
  (root) => {
    for (const [key, one] of Object.entries(value)) set(BASES, `/legalBases/0/${key}`, one as never)(root);
  };

/** Sex and date of birth at two departments, of which one knows the number. Each of its two grants gives one of them. */
const joined = (more: object): Edit =>
  both(
    counts,
    set(CONTRACT, '/population', 1_400_000),
    set('policies/purposes.json', '/purposes/3/ceiling', { '*': 'exact' }),
    put(IDENTITY, 1, field('/sex', 'keep')),
    (root) => {
      const grant = JSON.parse(readFileSync(join(root, IDENTITY), 'utf8')) as object;
      const fields = [field('/birthDate', 'keep')];
      const second = { ...grant, id: 'second', purpose: 'hotline-call-back', fields, ...more };
      writeFileSync(join(root, 'policies/grants/second.json'), JSON.stringify(second));
    },
    ...['/residentId', '/sex', '/birthDate'].map((path, at) => put(HOUSEHOLD, 4 + at, field(path, 'keep'))),
  );

/** A bad case, the rule that finds it, how grave it is, and its twin that is clean. */
const CASES: readonly (readonly [what: string, rule: string, severity: string, bad: Edit, clean: Edit])[] = [
  [
    'a masked number beside the date of birth',
    'L1',
    'error',
    dated('keep'),
    both(dated('keep'), put(IDENTITY, 1, number(6, 0))),
  ],
  ['the head in one grant and the tail in another, with the date', 'L1', 'error', both(split, dated('keep')), split],
  [
    'the two parts of a credit code',
    'L1',
    'error',
    both(put(LICENCE, 0, code('area')), put(LICENCE, 8, code('organisation'))),
    put(LICENCE, 0, code('area')),
  ],
  [
    'both ends of a household number',
    'L1',
    'error',
    both(put(IDENTITY, 3, ends('/household/number', 5, 0)), put(IDENTITY, 4, ends('/household/number', 0, 4))),
    both(put(IDENTITY, 3, ends('/household/number', 4, 0)), put(IDENTITY, 4, ends('/household/number', 0, 4))),
  ],
  [
    'a masked number beside the year of birth',
    'L2',
    'warning',
    truncated('year'),
    put(IDENTITY, 3, field('/sex', 'keep')),
  ],
  [
    'a masked number beside the month of birth',
    'L2',
    'error',
    truncated('month'),
    both(truncated('month'), put(IDENTITY, 1, number(6, 0))),
  ],
  [
    'a pseudonym of the sex',
    'L3',
    'warning',
    put(IDENTITY, 3, field('/sex', 'pseudonym', { epoch: 1 })),
    put(IDENTITY, 3, field('/mobile', 'pseudonym', { epoch: 1 })),
  ],
  [
    'roundings of which neither step divides the other',
    'L4',
    'warning',
    both(put(TAX, 1, rounded(1000)), put(TAX, 2, rounded(700))),
    both(put(TAX, 1, rounded(1000)), put(TAX, 2, rounded(100))),
  ],
  ['a question about the sex', 'L5', 'warning', asking('sex'), asking('formerName')],
  ['two limits on one number', 'L5', 'warning', both(put(TAX, 1, limit(10)), put(TAX, 2, limit(20))), () => {}],
  [
    'two ages that one date of birth is held against',
    'L5',
    'warning',
    both(put(IDENTITY, 3, age(18)), put(IDENTITY, 4, age(22))),
    put(IDENTITY, 3, age(18)),
  ],
  [
    'a date of birth and a sex in a small town',
    'L7',
    'warning',
    sexAnd(field('/birthDate', 'keep')),
    sexAnd(field('/birthDate', 'date.truncate', { to: 'year' })),
  ],
  [
    'facts by which two departments find each other',
    'L6',
    'warning',
    joined({}),
    joined({ linkage: [{ with: 'human-resources', approval: '联合惩戒备忘录' }] }),
  ],
  [
    'the words of a caller',
    'L8',
    'warning',
    put(CALL_BACK, 4, field('/text', 'keep')),
    put(CALL_BACK, 4, field('/text', 'exists')),
  ],
  [
    'a list that says only how many',
    'L9',
    'warning',
    set(HOUSEHOLD, '/fields', [field('/household/members/*/residentId', 'exists')] as never),
    set(HOUSEHOLD, '/fields', [
      field('/household/members/*/residentId', 'exists'),
      field('/household/members/*/relation', 'keep'),
    ] as never),
  ],
  [
    'a kind of business by the length of its mask',
    'L9',
    'warning',
    put(LICENCE, 2, field('/kind', 'keep-ends', { head: 0, tail: 0, minMasked: 1 })),
    put(LICENCE, 2, field('/kind', 'const', { value: '已屏蔽', hidePresence: true })),
  ],
  [
    'words that stand for there being a former name',
    'L9',
    'warning',
    put(IDENTITY, 3, field('/formerName', 'const', { value: '已屏蔽', hidePresence: false })),
    put(IDENTITY, 3, field('/formerName', 'const', { value: '已屏蔽', hidePresence: true })),
  ],
  [
    'a purpose that may see less since',
    'L11',
    'error',
    set('policies/purposes.json', '/purposes/0/ceiling', { '*': ['exists', 'match', 'threshold'], untyped: 'exact' }),
    set('policies/purposes.json', '/purposes/0/ceiling', {
      'cn.resident-id': 'ends',
      '*': ['exists', 'match', 'threshold'],
      untyped: 'exact',
    }),
  ],
  [
    'one justification for two fields',
    'L10',
    'warning',
    both(set(IDENTITY, '/fields/1/justification', 'Needed.'), set(IDENTITY, '/fields/2/justification', 'Needed. ')),
    set(IDENTITY, '/fields/1/justification', 'Needed.'),
  ],
  [
    'a legal basis that ended',
    'L12',
    'error',
    basis({ validUntil: '2026-11-22T00:00:00+08:00' }),
    basis({ validUntil: '2029-01-01T00:00:00+08:00' }),
  ],
  [
    'a legal basis for something else',
    'L12',
    'error',
    basis({ covers: ['tax-registration', 'survivor-benefit'] }),
    basis({ covers: ['open-a-shop', 'tax-registration', 'survivor-benefit'] }),
  ],
];

describe('the disclosure linter', () => {
  it('finds nothing in the policies as they are', () => {
    expect(found(() => {})).toEqual([]);
  });

  it.each(CASES)('finds %s by %s, and nothing else', (_, rule, severity, bad) => {
    const findings = found(bad);
    expect(new Set(findings.map((one) => `${one.rule} ${one.severity}`))).toEqual(new Set([`${rule} ${severity}`]));
    for (const { fields, message, example, remedy } of findings) {
      expect(fields.length).toBeGreaterThan(0);
      for (const text of [message, example, remedy]) expect(text).not.toBe('');
    }
  });

  it.each(CASES)('is silent on the clean twin of %s', (_, __, ___, ____, clean) => {
    expect(found(clean)).toEqual([]);
  });

  const aliases = ['cn.driver-licence', 'cn.social-security-number'];
  const ofNumbers = CASES.filter(([, rule]) => rule === 'L1' || rule === 'L2');

  it.each(aliases.flatMap((alias) => ofNumbers.map(([what, , , bad]) => [alias, what, bad] as const)))(
    'finds of a number that is called %s what it finds of a resident id: %s',
    (alias, _, bad) => {
      const called = set(SCHEMA, '/properties/residentId/x-semantic', alias);
      expect(found(both(called, bad))).toEqual(found(bad));
      expect(found(called)).toEqual(found(() => {}));
    },
  );

  it('names every grant that a finding takes together', () => {
    const [finding] = found(both(split, dated('keep')));
    expect(new Set(finding?.fields.map(({ grant }) => grant))).toEqual(
      new Set(['open-a-shop-identity', 'open-a-shop-tax']),
    );
  });

  it('has each rule seeded, with a name in both languages and an explanation', () => {
    expect(new Set(CASES.map(([, rule]) => rule))).toEqual(new Set(RULES.map(({ id }) => id)));
    for (const { titleEn, titleZh, explanation } of RULES) {
      expect(titleZh).toMatch(/\p{Script=Han}/u);
      expect(`${titleEn} ${explanation}`.length).toBeGreaterThan(40);
    }
  });

  it('looks at no grant that has ended', () => {
    const ended = both(dated('keep'), set(IDENTITY, '/validUntil', '2026-11-01T00:00:00+08:00'));
    expect(found(ended)).toEqual([]);
  });
});

describe('how many numbers are left', () => {
  const ends = ['area2', 'area4', 'area6', 'sex', 'sequence', 'check'];
  const year = ['birth-decade', 'birth-year'];

  it.each([
    ['110105********002X', [], 2689],
    ['1101051949****002X', year, 34],
    ['110105194912**002X', [...year, 'birth-month'], 4],
    ['11010519491231002X', [...year, 'birth-month', 'birth-day'], 1],
  ])('is the published figure for %s', (shown, birth, candidates) => {
    const known = precision([...ends, ...birth]);
    expect(residentIdShown(known)).toBe(shown);
    expect(residentIdCandidates(known)).toBe(candidates);
  });

  it('never grows when more is known', () => {
    const parts = [...ends, ...year, 'birth-month', 'birth-day'];
    for (let bits = 0; bits < 2 ** parts.length; bits += 37) {
      const known = parts.filter((_, at) => Math.floor(bits / 2 ** at) % 2 === 1);
      const left = residentIdCandidates(precision(known));
      for (const more of ['birth-year', 'birth-month', 'sex']) {
        expect(residentIdCandidates(precision([...known, more]))).toBeLessThanOrEqual(left);
      }
      expect(left).toBeGreaterThanOrEqual(1);
    }
  });

  it('is counted on the example of the standard, whose check digit is right', () => {
    expect(residentIdCandidates(precision([...ends, ...year, 'birth-month', 'birth-day']), PUBLISHED)).toBe(1);
  });
});
