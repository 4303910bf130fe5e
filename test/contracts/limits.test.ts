import { describe, expect, it } from 'vitest';
import type { JsonValue } from '../../src/domain/json.ts';
import type { Plan } from '../../src/domain/plan.ts';
import { both, copyOf, type Edit, expectFault, faultsOf, load, type Seeded, set } from './broken-copy.ts';

const GRANT = 'policies/grants/open-a-shop-identity.json';
const PURPOSES = 'policies/purposes.json';
const BASES = 'policies/legal-bases.json';
const DEPARTMENTS = 'policies/departments.json';
const SCHEMA = 'contracts/public-security/resident-identity/v1/schema.json';
const NUMBER = '/fields/1';
const MARKET_REGULATION = '/departments/3';

const ceilingOf = (type: string, most: JsonValue | undefined): Edit =>
  set(PURPOSES, `/purposes/0/ceiling/${type}`, most);

const TOO_MUCH: readonly Seeded[] = [
  [
    'more than the floor of the field',
    set(SCHEMA, '/properties/residentId/x-floor', 'area6'),
    GRANT,
    `${NUMBER}/treatment`,
    /shows ends, more than allowed by floor \(area6\)/,
  ],
  [
    'more than the purpose may see',
    ceilingOf('cn.resident-id', 'last4'),
    GRANT,
    `${NUMBER}/treatment`,
    /purpose open-a-shop \(last4\)/,
  ],
  [
    'more of a driver licence than the purpose may see of the resident id that it is',
    both(
      set(SCHEMA, '/properties/residentId/x-semantic', 'cn.driver-licence'),
      set(PURPOSES, '/purposes/0/ceiling', { 'cn.resident-id': 'last4', '*': 'exact' }),
    ),
    GRANT,
    `${NUMBER}/treatment`,
    /purpose open-a-shop \(last4\)/,
  ],
  [
    'a meaning that the purpose says nothing of',
    ceilingOf('cn.resident-id', undefined),
    GRANT,
    `${NUMBER}/treatment`,
    /purpose open-a-shop \(none\)/,
  ],
  [
    'more than a legal basis allows',
    set(BASES, '/legalBases/1/ceiling', { 'cn.resident-id': 'area2', '*': 'exact' }),
    GRANT,
    `${NUMBER}/treatment`,
    /legal-basis data-sharing \(area2\)/,
  ],
  [
    'what a legal basis with a ceiling does not name',
    set(BASES, '/legalBases/1/ceiling', { 'cn.name': 'exact', untyped: 'exact' }),
    GRANT,
    `${NUMBER}/treatment`,
    /legal-basis data-sharing \(none\)/,
  ],
  [
    'more than yes or no of what is graded above the clearance',
    set(DEPARTMENTS, `${MARKET_REGULATION}/clearance`, 'general-3'),
    GRANT,
    `${NUMBER}/treatment`,
    /clearance market-regulation/,
  ],
  [
    'more than the department may see',
    set(DEPARTMENTS, `${MARKET_REGULATION}/ceiling`, { 'cn.resident-id': 'exists', '*': 'exact' }),
    GRANT,
    `${NUMBER}/treatment`,
    /department market-regulation \(exists\)/,
  ],
  [
    'a precision that the field does not have',
    set(GRANT, NUMBER, { path: '/residentId', precision: 'surname', justification: 'x' }),
    GRANT,
    `${NUMBER}/precision`,
    /no precision surname/,
  ],
  [
    'a precision beside a treatment',
    set(GRANT, `${NUMBER}/precision`, 'ends'),
    GRANT,
    `${NUMBER}/precision`,
    /either a treatment.* or a precision/,
  ],
  [
    'a precision of which the limits leave nothing',
    both(
      set(GRANT, NUMBER, { path: '/residentId', precision: 'area6', justification: 'x' }),
      ceilingOf('cn.resident-id', 'match'),
    ),
    GRANT,
    `${NUMBER}/precision`,
    /leave nothing/,
  ],
  [
    'a row condition on a field in an array',
    set(GRANT, '/rows', [{ path: '/household/number/relation', equals: ['配偶'] }]),
    GRANT,
    '/rows/0',
    /no such field/,
  ],
  [
    'a row condition that no record can meet',
    set(GRANT, '/rows', [{ path: '/residentId', equals: ['110105'] }]),
    GRANT,
    '/rows/0',
    /none that the field can hold/,
  ],
];

const IN_LIMITS: readonly Seeded[] = [
  [
    'a ceiling of its own for a number that is another',
    set(PURPOSES, '/purposes/0/ceiling', { 'cn.driver-licence': 'last4', '*': 'exact' }),
    PURPOSES,
    '/purposes/0/ceiling',
    /cn[.]driver-licence/,
  ],
  [
    'a floor that the field cannot have',
    set(SCHEMA, '/properties/residentId/x-floor', 'surname'),
    SCHEMA,
    '/properties/residentId',
    /no precision surname/,
  ],
  [
    'a derivation from nothing',
    set(SCHEMA, '/properties/birthDate/x-derived-from', '/nowhere'),
    SCHEMA,
    '/properties/birthDate',
    /no field \/nowhere/,
  ],
  [
    'a ceiling for a meaning that nobody knows',
    ceilingOf('cn.nickname', 'exact'),
    PURPOSES,
    '/purposes/0/ceiling',
    /additional properties \("cn.nickname"\)/,
  ],
  [
    'a purpose on a basis that is not registered',
    set(PURPOSES, '/purposes/0/legalBasis', ['custom']),
    PURPOSES,
    '',
    /custom, which is not registered/,
  ],
  [
    'a basis for a purpose that there is not',
    set(BASES, '/legalBases/0/covers/0', 'curiosity'),
    BASES,
    '',
    /curiosity, which is no purpose/,
  ],
  ['a purpose without a ceiling', set(PURPOSES, '/purposes/0/ceiling', undefined), PURPOSES, '/purposes/0', /ceiling/],
  [
    'a department without a clearance',
    set(DEPARTMENTS, '/departments/0/clearance', undefined),
    DEPARTMENTS,
    '/departments/0',
    /clearance/,
  ],
  [
    'a department cleared for core data',
    set(DEPARTMENTS, '/departments/0/clearance', 'core'),
    DEPARTMENTS,
    '/departments/0/clearance',
    /allowed values/,
  ],
  [
    'a state secret',
    set(SCHEMA, '/properties/name/x-classification', 'state-secret'),
    SCHEMA,
    '/properties/name',
    /state secrets 国家秘密/,
  ],
  [
    'a work secret',
    set(SCHEMA, '/properties/name/x-classification', 'work-secret'),
    SCHEMA,
    '/properties/name',
    /work secrets 工作秘密/,
  ],
];

describe('a grant does not compile if it asks', () => {
  it.each(TOO_MUCH)('for %s', (...seeded) => expectFault(seeded));
});

describe('nothing is loaded if there is', () => {
  it.each(IN_LIMITS)('%s', (...seeded) => expectFault(seeded));
});

const asking = (name: string): Edit =>
  set(GRANT, NUMBER, { path: '/residentId', precision: name, as: 'number', justification: 'x' });

function planWith(...edits: readonly Edit[]): Plan {
  const plan = load(copyOf(...edits)).plans.find(({ grant }) => grant.id === 'open-a-shop-identity');
  if (plan === undefined) throw new Error('the grant is gone');
  return plan;
}

const numberOf = (plan: Plan): unknown => plan.fields.find(({ output }) => output === '/number');

describe('a grant that names a precision gets as much of it as every limit leaves', () => {
  const OF_THE_PURPOSE = ceilingOf('cn.resident-id', ['area4', 'match']);
  const OF_THE_FIELD = set(SCHEMA, '/properties/residentId/x-floor', ['area6', 'year']);
  const OF_THE_CLEARANCE = set(DEPARTMENTS, `${MARKET_REGULATION}/clearance`, 'general-3');
  const OF_TWO = both(
    set(BASES, '/legalBases/0/ceiling', { 'cn.resident-id': 'ends', '*': 'exact' }),
    set(DEPARTMENTS, `${MARKET_REGULATION}/ceiling`, { 'cn.resident-id': 'last4', '*': 'exact' }),
  );

  it.each<[string, string, string, string, Edit]>([
    ['exact', 'of the policies as they are', 'ends', 'cn.resident-id', () => {}],
    ['exact', 'of a purpose that may see all', 'exact', 'keep', ceilingOf('cn.resident-id', 'exact')],
    ['exact', 'of a purpose that may see the prefecture', 'area4', 'cn.resident-id', OF_THE_PURPOSE],
    ['ends', 'of a field with a floor', 'area6', 'cn.resident-id', OF_THE_FIELD],
    ['area6', 'of a clearance that is too low', 'exists', 'exists', OF_THE_CLEARANCE],
    ['exact', 'of two limits, of which neither is the whole', 'last4', 'cn.resident-id', OF_TWO],
  ])('%s under the limits %s is %s, by %s', (name, _, precision, treatment, limits) => {
    expect(numberOf(planWith(asking(name), limits))).toMatchObject({
      path: '/residentId',
      precision,
      treatment: expect.stringMatching(`^${treatment.replace('.', '\\.')}@`) as string,
    });
  });

  it('and the plan is another one when a limit changes what is done to a field', () => {
    const [before, after] = [
      planWith(asking('exact')),
      planWith(asking('exact'), ceilingOf('cn.resident-id', 'area4')),
    ];
    expect(after.hash).not.toBe(before.hash);
  });

  it('but a treatment that is named is never weakened or strengthened: it compiles or it does not', () => {
    expect(faultsOf(ceilingOf('cn.resident-id', 'area4'))).toHaveLength(1);
    expect(planWith(ceilingOf('cn.resident-id', 'exact')).hash).toBe(planWith().hash);
  });
});
