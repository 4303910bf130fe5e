import { describe, expect, it } from 'vitest';
import type { JsonObject, JsonSchema, JsonValue } from '../../../src/domain/json.ts';
import { compileCheck } from '../../../src/schema/checker.ts';
import { resolveProfile } from '../../../src/schema/resolve-profile.ts';

const text = { type: 'string' };
const closed = (properties: JsonObject, required: readonly string[] = []): JsonObject => ({
  type: 'object',
  properties,
  required,
  additionalProperties: false,
});
const inside = (a: JsonValue, more: JsonObject = {}): JsonObject => ({ ...closed({ a }), ...more });
const found = (schema: JsonObject) =>
  resolveProfile('schema.json', schema).faults.map(({ pointer, message }) => [pointer, message]);
const accepts = (schema: JsonSchema, value: JsonValue) => compileCheck(schema)(value).length === 0;

const MISPLACED = 'this keyword does not belong to this form';

describe('a map', () => {
  const keys = { type: 'string', pattern: '^[0-9]{4}$' };
  const map = { type: 'object', additionalProperties: text, propertyNames: keys, minProperties: 1, maxProperties: 2 };
  const UNDESCRIBED = 'the keys of the map are not described';

  it('says what its values and its keys are, and how many it has', () => {
    const { schema, faults } = resolveProfile('schema.json', inside(map));
    expect(faults).toEqual([]);
    expect(schema).toEqual(inside(map));
    const check = compileCheck(map);
    expect(check({ '2025': 'x', '2026': 'y' })).toEqual([]);
    expect(check({ '2025': 5 })).toEqual([{ pointer: '/*', rule: 'type' }]);
    expect(check({})).toEqual([{ pointer: '', rule: 'minProperties' }]);
    expect(check({ '2024': '', '2025': '', '2026': '' })).toEqual([{ pointer: '', rule: 'maxProperties' }]);
  });

  it('has texts for keys, which need not be said', () => {
    const { schema, faults } = resolveProfile('schema.json', inside({ ...map, propertyNames: { enum: ['a', 'b'] } }));
    expect(faults).toEqual([]);
    expect(schema).toEqual(inside({ ...map, propertyNames: { type: 'string', enum: ['a', 'b'] } }));
  });

  it('may have its keys and its values described by reference', () => {
    const referring = { ...map, propertyNames: { $ref: '#/$defs/k' }, additionalProperties: { $ref: '#/$defs/v' } };
    const { schema, faults } = resolveProfile('schema.json', inside(referring, { $defs: { k: keys, v: text } }));
    expect(faults).toEqual([]);
    expect(schema).toEqual(inside(map));
  });

  it.each<[string, JsonObject, string, string]>([
    ['without keys', { type: 'object', additionalProperties: text }, '', UNDESCRIBED],
    ['whose keys may be anything', { ...map, propertyNames: { type: 'string', maxLength: 9 } }, '', UNDESCRIBED],
    ['whose keys are no texts', { ...map, propertyNames: { type: 'integer', enum: [1] } }, '', UNDESCRIBED],
    ['that requires a key', { ...map, required: ['a'] }, '/required', MISPLACED],
    ['that names properties too', { ...map, properties: { b: text } }, '', 'the object is open'],
    [
      'with keys outside the profile',
      { ...map, propertyNames: { ...keys, not: {} } },
      '/propertyNames/not',
      'this keyword is outside the profile',
    ],
    [
      'with open values',
      { ...map, additionalProperties: { type: 'object' } },
      '/additionalProperties',
      'the object is open',
    ],
  ])('is refused %s', (_, schema, pointer, message) => {
    expect(found(inside(schema))).toContainEqual([`/properties/a${pointer}`, message]);
  });
});

describe('a choice', () => {
  const variant = (kind: string, properties: JsonObject = {}) =>
    closed({ kind: { type: 'string', const: kind }, ...properties }, ['kind']);
  const person = variant('person', { name: text });
  const firm = variant('公司', { code: text });
  const discriminator = { propertyName: 'kind' };
  const choice = { type: 'object', oneOf: [person, firm], discriminator };

  it('is one of several closed objects, told apart by a constant', () => {
    const { schema, faults } = resolveProfile('schema.json', inside(choice));
    expect(faults).toEqual([]);
    expect(schema).toEqual(inside(choice));
    expect(accepts(schema, { a: { kind: 'person', name: 'x' } })).toBe(true);
    expect(accepts(schema, { a: { kind: '公司', code: 'x' } })).toBe(true);
    for (const a of [{ kind: 'person', code: 'x' }, { kind: 'cat' }, { name: 'x' }, null, 'person'])
      expect(accepts(schema, { a })).toBe(false);
  });

  it('may be null where one of them is null', () => {
    const nullable = { type: ['object', 'null'], oneOf: [person, firm, { type: 'null' }], discriminator };
    const { schema, faults } = resolveProfile('schema.json', inside(nullable));
    expect(faults).toEqual([]);
    expect(accepts(schema, { a: null })).toBe(true);
    expect(accepts(schema, { a: { kind: 'person' } })).toBe(true);
  });

  it('may have its variants described by reference', () => {
    const referring = { ...choice, oneOf: [{ $ref: '#/$defs/p' }, { $ref: '#/$defs/f' }] };
    const { schema, faults } = resolveProfile('schema.json', inside(referring, { $defs: { p: person, f: firm } }));
    expect(faults).toEqual([]);
    expect(schema).toEqual(inside(choice));
  });

  const OWN = 'the variant does not say by a constant of its own which it is';
  const AGREE = 'the type and the variants of oneOf do not agree';
  const { required: _, ...notRequired } = firm;

  it.each<[string, JsonObject, string, string]>([
    ['without a discriminator', { type: 'object', oneOf: [person, firm] }, '/oneOf', 'oneOf has no discriminator'],
    ['of what is no object', { ...choice, type: 'string' }, '/oneOf', AGREE],
    ['with null that no variant is', { ...choice, type: ['object', 'null'] }, '/oneOf', AGREE],
    ['with a variant that is null, and no null', { ...choice, oneOf: [person, { type: 'null' }] }, '/oneOf', AGREE],
    ['of two variants of one constant', { ...choice, oneOf: [person, person] }, '/oneOf/1', OWN],
    ['of a variant without the constant', { ...choice, oneOf: [person, closed({}, ['kind'])] }, '/oneOf/1', OWN],
    ['of a variant that does not require it', { ...choice, oneOf: [person, notRequired] }, '/oneOf/1', OWN],
    ['of a variant that is a text', { ...choice, oneOf: [person, text] }, '/oneOf/1', OWN],
    ['of a variant that is a choice', { ...choice, oneOf: [person, choice] }, '/oneOf/1', OWN],
    ['of a variant that may be null', { ...choice, oneOf: [{ ...person, type: ['object', 'null'] }] }, '/oneOf/0', OWN],
    ['of a constant that cannot stand in a path', { ...choice, oneOf: [variant('a/b')] }, '/oneOf/0', OWN],
    [
      'of an open variant',
      { ...choice, oneOf: [{ type: 'object', properties: {} }] },
      '/oneOf/0',
      'the object is open',
    ],
    ['with properties beside it', { ...choice, properties: { b: text } }, '/properties', MISPLACED],
    ['with a required property beside it', { ...choice, required: ['kind'] }, '/required', MISPLACED],
    ['that is a map too', { ...choice, additionalProperties: text }, '/additionalProperties', MISPLACED],
    ['of nothing to choose from', { type: 'object', discriminator }, '/discriminator', MISPLACED],
  ])('is refused %s', (__, schema, pointer, message) => {
    expect(found(inside(schema))).toContainEqual([`/properties/a${pointer}`, message]);
  });
});

describe('a schema that refers to itself', () => {
  const unit = (bound: JsonObject, required: readonly string[] = []) =>
    closed({ name: text, units: { type: 'array', items: { $ref: '#/$defs/unit', ...bound } } }, required);
  const recursive = (bound: JsonObject, required: readonly string[] = []) =>
    inside({ $ref: '#/$defs/unit' }, { $defs: { unit: unit(bound, required) } });

  it('is unfolded as often as its bound says, and then has no next level', () => {
    const { schema, faults } = resolveProfile('schema.json', recursive({ 'x-max-depth': 2 }));
    const level = (next?: JsonObject): JsonObject =>
      closed(next === undefined ? { name: text } : { name: text, units: { type: 'array', items: next } });
    expect(faults).toEqual([]);
    expect(schema).toEqual(inside(level(level(level()))));
  });

  it('fits no record that is deeper', () => {
    const { schema } = resolveProfile('schema.json', recursive({ 'x-max-depth': 1 }));
    expect(accepts(schema, { a: { name: 'x', units: [{ name: 'y' }] } })).toBe(true);
    expect(accepts(schema, { a: { units: [{ units: [] }] } })).toBe(false);
  });

  it.each<[string, JsonObject]>([
    ['a property', { $ref: '#/$defs/t', 'x-max-depth': 1 }],
    [
      'the values of a map',
      {
        type: 'object',
        additionalProperties: { $ref: '#/$defs/t', 'x-max-depth': 1 },
        propertyNames: { type: 'string', enum: ['k'] },
      },
    ],
    ['an array of arrays', { type: 'array', items: { type: 'array', items: { $ref: '#/$defs/t', 'x-max-depth': 1 } } }],
  ])('ends by leaving out %s', (_, next) => {
    const $defs = { t: closed({ next }) };
    const { schema, faults } = resolveProfile('schema.json', inside({ $ref: '#/$defs/t' }, { $defs }));
    expect(faults).toEqual([]);
    expect(JSON.stringify(schema).match(/"next"/g)).toHaveLength(1);
    expect(JSON.stringify(schema)).toContain(JSON.stringify(closed({})));
    expect(JSON.stringify(schema)).not.toContain('x-max-depth');
  });

  it('ends by leaving out a variant, and the other variants stay', () => {
    const of = (kind: string, more: JsonObject = {}) =>
      closed({ kind: { type: 'string', const: kind }, ...more }, ['kind']);
    const node = (variants: readonly JsonObject[]) => ({
      type: 'object',
      oneOf: variants,
      discriminator: { propertyName: 'kind' },
    });
    const pair = of('pair', { of: node([{ $ref: '#/$defs/pair', 'x-max-depth': 1 }, of('end')]) });
    const { schema, faults } = resolveProfile('schema.json', inside({ $ref: '#/$defs/pair' }, { $defs: { pair } }));
    const second = of('pair', { of: node([of('end')]) });
    expect(faults).toEqual([]);
    expect(schema).toEqual(inside(of('pair', { of: node([second, of('end')]) })));
  });

  it('counts the levels of each definition by itself, also where two refer to each other', () => {
    const $defs = {
      man: closed({ wife: { $ref: '#/$defs/woman', 'x-max-depth': 1 } }),
      woman: closed({ husband: { $ref: '#/$defs/man', 'x-max-depth': 1 } }),
    };
    const { schema, faults } = resolveProfile('schema.json', inside({ $ref: '#/$defs/man' }, { $defs }));
    expect(faults).toEqual([]);
    const levels = ['wife', 'husband', 'wife'].reduceRight<JsonObject>(
      (below, name) => closed({ [name]: below }),
      closed({}),
    );
    expect(schema).toEqual(inside(levels));
  });

  it.each<[string, JsonObject, string, string]>([
    [
      'without a bound',
      recursive({}),
      '/$defs/unit/properties/units/items/$ref',
      'the schema refers to itself without a bound',
    ],
    ...[0, 9, 1.5, '2'].map((bound): [string, JsonObject, string, string] => [
      `with the bound ${JSON.stringify(bound)}`,
      recursive({ 'x-max-depth': bound }),
      '/$defs/unit/properties/units/items/$ref',
      'the schema refers to itself without a bound',
    ]),
    [
      'where it is required',
      recursive({ 'x-max-depth': 3 }, ['units']),
      '/$defs/unit/required',
      'units holds the next level of a recursion, so it cannot be required',
    ],
    [
      'with nothing in between',
      inside({ $ref: '#/$defs/t' }, { $defs: { t: { $ref: '#/$defs/t', 'x-max-depth': 1 } } }),
      '/$defs/t/$ref',
      'the schema refers to itself with nothing in between',
    ],
    [
      'in a round with nothing in between',
      inside(
        { $ref: '#/$defs/t' },
        { $defs: { t: { $ref: '#/$defs/u' }, u: { $ref: '#/$defs/t', 'x-max-depth': 1 } } },
      ),
      '/$defs/u/$ref',
      'the schema refers to itself with nothing in between',
    ],
  ])('is refused %s, and said once', (_, schema, pointer, message) => {
    expect(found(schema)).toEqual([[pointer, message]]);
  });

  it('is refused with one fault, and soon, where it grows out of bounds', () => {
    const next = { $ref: '#/$defs/t', 'x-max-depth': 8 };
    const properties = Object.fromEntries(Array.from({ length: 50 }, (_, index) => [`p${index}`, next]));
    const schema = inside({ $ref: '#/$defs/t' }, { $defs: { t: closed({ wrong: text, ...properties }) } });
    expect(found(schema)).toEqual([['', 'with its references put in place the schema has more than 2000 parts']]);
  });

  it('is refused with one fault where it grows without recursion', () => {
    const doubling = Array.from({ length: 20 }, (_, level) => [
      `t${level}`,
      closed({ a: { $ref: `#/$defs/t${level + 1}` }, b: { $ref: `#/$defs/t${level + 1}` } }),
    ]);
    const $defs = { ...Object.fromEntries(doubling), t20: text };
    expect(found(inside({ $ref: '#/$defs/t0' }, { $defs }))).toEqual([
      ['', 'with its references put in place the schema has more than 2000 parts'],
    ]);
  });

  it('may have as many parts as a large record has, and past that nothing else is said to be wrong', () => {
    const texts = (count: number) =>
      Object.fromEntries(Array.from({ length: count }, (_, index) => [`p${index}`, text]));
    const map = { type: 'object', additionalProperties: text, propertyNames: { enum: ['a'] } };
    const tooMany = [['', 'with its references put in place the schema has more than 2000 parts']];
    expect(found(closed(texts(1999)))).toEqual([]);
    expect(found(closed(texts(2000)))).toEqual(tooMany);
    expect(found(closed({ ...texts(1996), map }))).toEqual([]);
    expect(found(closed({ ...texts(1997), map }))).toEqual(tooMany);
  });
});
