import { dirname } from 'node:path';
import { describe, it } from 'vitest';
import { both, expectFault, move, remove, rewrite, type Seeded, set } from './broken-copy.ts';

const IDENTITY = 'contracts/public-security/resident-identity/v1';
const CONTRACT = `${IDENTITY}/contract.json`;
const SCHEMA = `${IDENTITY}/schema.json`;
const MEMBER = '/properties/household/properties/members/items/properties/name';

const IN_SCHEMA: readonly Seeded[] = [
  [
    'an unknown keyword',
    set(SCHEMA, '/properties/name/contains', {}),
    SCHEMA,
    '/properties/name',
    /must NOT have additional properties \("contains"\)/,
  ],
  [
    'an object that is open',
    set(SCHEMA, '/properties/address/additionalProperties', undefined),
    SCHEMA,
    '/properties/address',
    /open/,
  ],
  [
    'an object that says it is open',
    set(SCHEMA, '/properties/address/additionalProperties', true),
    SCHEMA,
    '/properties/address/additionalProperties',
    /equal to constant \(false\)/,
  ],
  [
    'a field without a grade',
    set(SCHEMA, '/properties/name/x-classification', undefined),
    SCHEMA,
    '/properties/name',
    /no x-classification/,
  ],
  [
    'a field in an array without a grade',
    set(SCHEMA, `${MEMBER}/x-classification`, undefined),
    SCHEMA,
    MEMBER,
    /no x-classification/,
  ],
  [
    'a grade that there is not',
    set(SCHEMA, '/properties/name/x-classification', 'secret'),
    SCHEMA,
    '/properties/name/x-classification',
    /allowed values/,
  ],
  ['core data', set(SCHEMA, '/properties/name/x-classification', 'core'), SCHEMA, '/properties/name', /core data/],
  ['core data in an array', set(SCHEMA, `${MEMBER}/x-classification`, 'core'), SCHEMA, MEMBER, /core data/],
  [
    'a meaning that nobody knows',
    set(SCHEMA, '/properties/name/x-semantic', 'cn.nickname'),
    SCHEMA,
    '/properties/name/x-semantic',
    /allowed values/,
  ],
  ['no type', set(SCHEMA, '/properties/name/type', undefined), SCHEMA, '/properties/name/type', /type is missing/],
  [
    'two types',
    set(SCHEMA, '/properties/name/type', ['string', 'integer']),
    SCHEMA,
    '/properties/name/type',
    /more than one/,
  ],
  [
    'a pattern that cannot be applied',
    set(SCHEMA, '/properties/name/pattern', '[\\w-x]'),
    SCHEMA,
    '/properties/name/pattern',
    /regex/,
  ],
  [
    'a pattern that somebody can make take long',
    set(SCHEMA, '/properties/name/pattern', '^(?:[^·]+·?)*$'),
    SCHEMA,
    '/properties/name/pattern',
    /more than 128 ways/,
  ],
  [
    'a pattern of a parameter that somebody can make take long',
    set(CONTRACT, '/query/properties/residentId/pattern', '[0-9]+[0-9Xx]$'),
    CONTRACT,
    '/query/properties/residentId/pattern',
    /more than 128 ways/,
  ],
  [
    'a format that would not be checked',
    set(SCHEMA, '/properties/name/format', 'email'),
    SCHEMA,
    '/properties/name/format',
    /allowed values/,
  ],
  [
    'a reference to nothing',
    set(SCHEMA, '/properties/name', { $ref: '#/$defs/none' }),
    SCHEMA,
    '/properties/name/$ref',
    /leads nowhere/,
  ],
  [
    'a record that is a list',
    both(set(SCHEMA, '/type', 'array'), set(SCHEMA, '/items', { type: 'string', 'x-classification': 'general-1' })),
    SCHEMA,
    '',
    /must be an object/,
  ],
  ['no schema file', remove(SCHEMA), SCHEMA, '', /cannot be read/],
];

const IN_CONTRACT: readonly Seeded[] = [
  [
    'an id that is not its folder',
    set(CONTRACT, '/id', 'public-security.residents.v1'),
    CONTRACT,
    '/id',
    /not that of its folder/,
  ],
  [
    'a folder that is not its id',
    move(IDENTITY, `${dirname(IDENTITY)}/v2`),
    `${dirname(IDENTITY)}/v2/contract.json`,
    '/id',
    /not that of its folder/,
  ],
  [
    'a major version that is not its folder',
    set(CONTRACT, '/version', '2.0.0'),
    CONTRACT,
    '/version',
    /major version is not 1/,
  ],
  [
    'a key that stands twice',
    rewrite(CONTRACT, (text) => text.replace('"version"', '"version": "1.0.1", "version"')),
    CONTRACT,
    '',
    /duplicate-key/,
  ],
  [
    'a key that stands twice, once escaped',
    rewrite(CONTRACT, (text) => text.replace('"version"', '"\\u0076ersion": "9.0.0", "version"')),
    CONTRACT,
    '',
    /duplicate-key/,
  ],
  ['a comment', rewrite(CONTRACT, (text) => `// contract\n${text}`), CONTRACT, '', /not-json/],
  ['a byte-order mark', rewrite(CONTRACT, (text) => `\uFEFF${text}`), CONTRACT, '', /not-json/],
  [
    'GB 18030 instead of UTF-8',
    rewrite(CONTRACT, () => Uint8Array.from([0x22, 0xca, 0xfd, 0xc7, 0xc5, 0x22])),
    CONTRACT,
    '',
    /not-utf8/,
  ],
  [
    'an unlisted department',
    set('policies/departments.json', '/departments/0/id', 'public-safety'),
    CONTRACT,
    '/id',
    /department public-security is not listed/,
  ],
  [
    'a query that filters by nothing',
    both(
      set(CONTRACT, '/query/properties/residentId/x-filter', undefined),
      set(CONTRACT, '/query/properties/residentId/x-match', '/residentId'),
    ),
    CONTRACT,
    '/query',
    /without a filter/,
  ],
  [
    'a query whose filter may be left out',
    set(CONTRACT, '/query/required', []),
    CONTRACT,
    '/query',
    /without a filter/,
  ],
  [
    'a parameter about no field',
    set(CONTRACT, '/query/properties/name/x-match', '/nickname'),
    CONTRACT,
    '/query/properties/name',
    /about no field/,
  ],
  [
    'a parameter about a whole object',
    set(CONTRACT, '/query/properties/name/x-match', '/address'),
    CONTRACT,
    '/query/properties/name',
    /about no field/,
  ],
  [
    'a parameter about a field in an array',
    set(CONTRACT, '/query/properties/name/x-match', '/household/members/name'),
    CONTRACT,
    '/query/properties/name',
    /about no field/,
  ],
  [
    'a parameter about every item of an array',
    set(CONTRACT, '/query/properties/name/x-match', '/household/members/*/name'),
    CONTRACT,
    '/query/properties/name/x-match',
    /pattern/,
  ],
  [
    'a parameter without a use',
    set(CONTRACT, '/query/properties/name/x-match', undefined),
    CONTRACT,
    '/query/properties/name',
    /no use/,
  ],
  [
    'a parameter of two uses',
    set(CONTRACT, '/query/properties/name/x-filter', '/name'),
    CONTRACT,
    '/query/properties/name',
    /no use/,
  ],
  ['a query that is open', set(CONTRACT, '/query/additionalProperties', undefined), CONTRACT, '/query', /open/],
  [
    'a source that is a URL',
    set(CONTRACT, '/source/path', 'https://example.test/find'),
    CONTRACT,
    '/source/path',
    /pattern/,
  ],
];

describe('nothing is loaded, and a person is told where and what to do, if', () => {
  it.each(IN_SCHEMA)('a record schema has %s', (...seeded) => expectFault(seeded));

  it.each(IN_CONTRACT)('a contract has %s', (...seeded) => expectFault(seeded));
});
