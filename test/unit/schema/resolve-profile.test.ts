import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../src/domain/json.ts';
import { resolveProfile } from '../../../src/schema/resolve-profile.ts';

const closed = (properties: JsonObject, more: JsonObject = {}): JsonObject => ({
  type: 'object',
  properties,
  additionalProperties: false,
  ...more,
});
const found = (schema: JsonObject) =>
  resolveProfile('schema.json', schema).faults.map(({ pointer, message }) => [pointer, message]);

const OUTSIDE = 'this keyword is outside the profile';
const TYPE = 'the type is missing, unknown or more than one';
const OPEN = 'the object is open';
const NOWHERE = 'the reference leads nowhere';
const DEEP = 'the schema is deeper than 24 levels';
const MISPLACED = 'this keyword does not belong to this form';

describe('a schema within the profile', () => {
  it('is left as it is, but for where an editor finds its meta-schema', () => {
    const schema = closed(
      {
        name: {
          type: ['string', 'null'],
          minLength: 1,
          maxLength: 64,
          pattern: '^.+$',
          'x-classification': 'general-3',
        },
        born: { type: 'string', format: 'date', title: 'a', description: 'b', $comment: 'c', examples: ['2000-01-01'] },
        amounts: {
          type: 'array',
          items: { type: 'integer', minimum: 0, exclusiveMaximum: 9 },
          minItems: 1,
          maxItems: 2,
        },
        kind: { type: 'string', enum: ['a', 'b'] },
        one: { type: 'integer', const: 1 },
      },
      { required: ['name'] },
    );
    expect(resolveProfile('schema.json', { $schema: 'x', $id: 'y', ...schema })).toEqual({ schema, faults: [] });
  });

  it('has its references put in place, with what is said beside them', () => {
    const { schema, faults } = resolveProfile('schema.json', {
      ...closed({
        holder: { $ref: '#/$defs/person', description: 'who' },
        members: { type: 'array', items: { $ref: '#/$defs/person' } },
      }),
      $defs: {
        person: closed({ id: { $ref: '#/$defs/id', 'x-classification': 'general-4' } }),
        id: { type: 'string' },
      },
    });
    const person = closed({ id: { type: 'string', 'x-classification': 'general-4' } });
    expect(faults).toEqual([]);
    expect(schema).toEqual(
      closed({ holder: { ...person, description: 'who' }, members: { type: 'array', items: person } }),
    );
  });

  it('may have a definition that nothing refers to, whatever is in it', () => {
    expect(found({ ...closed({}), $defs: { unused: { allOf: [] } } })).toEqual([]);
  });
});

describe('a schema is refused, with where and why,', () => {
  it.each([
    ['an unknown keyword', closed({ a: { type: 'string', contains: {} } }), '/properties/a/contains', OUTSIDE],
    [
      'a keyword of objects on a text',
      closed({ a: { type: 'string', minProperties: 1 } }),
      '/properties/a/minProperties',
      MISPLACED,
    ],
    ['a keyword of maps on a closed object', closed({}, { maxProperties: 1 }), '/maxProperties', MISPLACED],
    ['a bound of a recursion without a reference', closed({}, { 'x-max-depth': 1 }), '/x-max-depth', MISPLACED],
    ['a keyword of another form of objects', closed({}, { patternProperties: {} }), '/patternProperties', OUTSIDE],
    ['a keyword with a slash in it', closed({ a: { type: 'string', 'x/~y': 1 } }), '/properties/a/x~1~0y', OUTSIDE],
    ['anyOf', closed({ a: { type: 'string', anyOf: [] } }), '/properties/a/anyOf', OUTSIDE],
    ['unevaluatedItems', closed({}, { unevaluatedItems: false }), '/unevaluatedItems', OUTSIDE],
    ['an open object', closed({ a: { type: 'object', properties: {} } }), '/properties/a', OPEN],
    [
      'an object that is open to one form',
      closed({ a: { type: 'object', properties: {}, additionalProperties: { type: 'string' } } }),
      '/properties/a',
      OPEN,
    ],
    ['an object without properties', { type: 'object', additionalProperties: false }, '', OPEN],
    [
      'an open object that may be null',
      closed({ a: { type: ['object', 'null'], properties: {} } }),
      '/properties/a',
      OPEN,
    ],
    ['no type', closed({ a: { minLength: 1 } }), '/properties/a/type', TYPE],
    ['an unknown type', closed({ a: { type: 'text' } }), '/properties/a/type', TYPE],
    ['two types', closed({ a: { type: ['string', 'integer'] } }), '/properties/a/type', TYPE],
    ['no types', closed({ a: { type: [] } }), '/properties/a/type', TYPE],
    [
      'items without a schema',
      closed({ a: { type: 'array' } }),
      '/properties/a',
      'the items of the array have no schema',
    ],
    ['anything allowed', closed({ a: true }), '/properties/a', 'a schema must be an object'],
    [
      'nothing allowed',
      closed({ a: { type: 'array', items: false } }),
      '/properties/a/items',
      'a schema must be an object',
    ],
    [
      'a property named by a symbol',
      closed({ 'a-b': { type: 'string' } }),
      '/properties/a-b',
      'a property name must be letters and digits',
    ],
    [
      'a property named by a path',
      closed({ 'a/b': { type: 'string' } }),
      '/properties/a~1b',
      'a property name must be letters and digits',
    ],
    [
      'a property named *',
      closed({ '*': { type: 'string' } }),
      '/properties/*',
      'a property name must be letters and digits',
    ],
    ['a reference to nothing', closed({ a: { $ref: '#/$defs/none' } }), '/properties/a/$ref', NOWHERE],
    [
      'a reference to another file',
      closed({ a: { $ref: 'https://example.test/s.json' } }),
      '/properties/a/$ref',
      NOWHERE,
    ],
    ['a reference to the root', closed({ a: { $ref: '#' } }), '/properties/a/$ref', NOWHERE],
    ['a reference that is no text', closed({ a: { $ref: 5 } }), '/properties/a/$ref', NOWHERE],
  ])('for %s', (_, schema, pointer, message) => {
    expect(found(schema)).toContainEqual([pointer, message]);
  });

  it('for a keyword that checks beside a reference', () => {
    const schema = { ...closed({ a: { $ref: '#/$defs/t', minLength: 1 } }), $defs: { t: { type: 'string' } } };
    expect(found(schema)).toEqual([['/properties/a/minLength', 'this keyword may not stand beside $ref']]);
  });

  it('for what is wrong in a definition once, where the definition says it, however often it is referred to', () => {
    const schema = {
      ...closed({ a: { $ref: '#/$defs/t' }, b: { $ref: '#/$defs/t' } }),
      $defs: { t: closed({ c: { type: 'text' } }) },
    };
    expect(found(schema)).toEqual([['/$defs/t/properties/c/type', TYPE]]);
  });

  it('for a reference to what every object inherits', () => {
    for (const name of ['constructor', 'toString', 'hasOwnProperty', 'valueOf'])
      expect(found({ ...closed({ a: { $ref: `#/$defs/${name}` } }), $defs: {} })).toHaveLength(1);
  });

  it('for more levels than twenty-four', () => {
    const nested = (levels: number): JsonObject =>
      levels === 0 ? { type: 'string' } : { type: 'array', items: nested(levels - 1) };
    expect(found(nested(24))).toEqual([]);
    expect(found(nested(25))).toEqual([['/items'.repeat(25), DEEP]]);
  });

  it('for everything at once, with a remedy each, in the file it was read from', () => {
    const { faults } = resolveProfile(
      'contracts/x/schema.json',
      closed({ a: {}, b: { type: 'string', not: {} } }, { if: {} }),
    );
    expect(faults.map(({ pointer }) => pointer).sort()).toEqual(['/if', '/properties/a/type', '/properties/b/not']);
    for (const { file, remedy } of faults) {
      expect(file).toBe('contracts/x/schema.json');
      expect(remedy).toMatch(/\.$/);
    }
  });
});
