import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../src/domain/json.ts';
import { FIELD_PATH, formOf, isInMapOf, schemaPointer } from '../../../src/schema/form.ts';

const text = { type: 'string' };
const closed = (properties: JsonObject) => ({ type: 'object', properties, additionalProperties: false });
const variant = (kind: string) => closed({ kind: { type: 'string', const: kind }, name: text });
const choice = {
  type: ['object', 'null'],
  oneOf: [{ type: 'null' }, variant('person'), variant('firm')],
  discriminator: { propertyName: 'kind' },
};
const keys = { type: 'string', enum: ['a'] };

describe('the form of a schema', () => {
  it('says nothing of null', () => {
    expect(formOf({ type: ['string', 'null'] })).toEqual({ kind: 'leaf' });
    expect(formOf({ ...closed({ a: text }), type: ['object', 'null'] })).toMatchObject({ kind: 'object' });
    expect(formOf(choice)).toEqual({
      kind: 'choice',
      discriminator: 'kind',
      variants: [
        { value: 'person', index: 1, schema: variant('person') },
        { value: 'firm', index: 2, schema: variant('firm') },
      ],
    });
  });

  it.each([
    ['an array without items', { type: 'array' }],
    ['an object without properties', { type: 'object' }],
    ['a map without keys', { type: 'object', additionalProperties: text }],
    ['a choice without a discriminator', { type: 'object', oneOf: [variant('person')] }],
    ['a choice of what is no list', { type: 'object', oneOf: {}, discriminator: { propertyName: 'kind' } }],
    ['a choice of anything', { type: 'object', oneOf: [true], discriminator: { propertyName: 'toString' } }],
  ])('lets nothing be named in %s', (_, schema) => {
    expect(schemaPointer(schema, '/a')).toBe('');
    expect(schemaPointer(schema, '/{key}')).toBe('');
    expect(schemaPointer(schema, '/=person')).toBe('');
  });
});

describe('a path', () => {
  const schema = closed({
    map: { type: 'object', additionalProperties: { type: 'array', items: choice }, propertyNames: keys },
    list: { type: 'array', items: { type: 'array', items: text } },
  });

  it.each([
    ['/map/{key}', '/properties/map/propertyNames'],
    ['/map/*/*/=firm/name', '/properties/map/additionalProperties/items/oneOf/2/properties/name'],
    ['/list/*/*', '/properties/list/items/items'],
  ])('%s leads to where the schema says %s', (path, pointer) => {
    expect(schemaPointer(schema, path)).toBe(pointer);
  });

  it.each(['/a', '/a/*', '/a/*/b', '/a/{key}', '/a/=person/b', '/a/=个体户_2-x/*', '/a/*/*/=1/b'])(
    'may be %s',
    (path) => {
      expect(path).toMatch(new RegExp(FIELD_PATH, 'u'));
    },
  );

  it.each([
    '',
    '/',
    'a',
    '/a/',
    '/a/=person',
    '/a/{key}/b',
    '/{key}/a',
    '/a/=/b',
    '/a/=-x/b',
    '/a-b',
    '/a/{other}',
    '/a/**',
  ])('cannot be %j', (path) => {
    expect(path).not.toMatch(new RegExp(FIELD_PATH, 'u'));
  });

  it.each([
    ['/m/{key}', '/m/*', true],
    ['/m/{key}', '/m/*/a/b', true],
    ['/m/{key}', '/m/*/{key}', true],
    ['/m/{key}', '/m/{key}', false],
    ['/m/{key}', '/mm/*', false],
    ['/m/*', '/m/*', false],
  ])('of keys %s has %s among its values: %s', (keyPath, path, is) => {
    expect(isInMapOf(keyPath, path)).toBe(is);
  });
});
