import { describe, expect, it } from 'vitest';
import { compileContract } from '../../../src/contract/compile-contract.ts';
import type { JsonObject, JsonValue } from '../../../src/domain/json.ts';

const text = { type: 'string', 'x-classification': 'general-1' };
const keys = { type: 'string', pattern: '^[0-9X]{18}$', 'x-classification': 'general-4' };
const closed = (properties: JsonObject, required: readonly string[] = []) => ({
  type: 'object',
  properties,
  required,
  additionalProperties: false,
});
const variant = (kind: string, name: JsonValue = text) => closed({ kind: { ...text, const: kind }, name }, ['kind']);
const choice = (...variants: readonly JsonObject[]) => ({
  type: 'object',
  oneOf: variants,
  discriminator: { propertyName: 'kind' },
});
const mapOf = (values: JsonObject, names: JsonObject = keys) => ({
  type: 'object',
  additionalProperties: values,
  propertyNames: names,
});

function compile(schema: JsonObject, parameters: JsonObject = {}) {
  const query = closed({ id: { type: 'string', 'x-filter': '/id' }, ...parameters }, ['id']);
  const { contract, faults } = compileContract({
    contractFile: 'contract.json',
    schemaFile: 'schema.json',
    contract: {
      id: 'dept.thing.v1',
      version: '1.0.0',
      title: { en: 'thing', zh: '物' },
      source: { id: 'dept.things', path: '/things' },
      query,
    },
    schema,
  });
  return { contract, faults: faults.map(({ file, pointer, message }) => [`${file}#${pointer}`, message]) };
}

const UNGRADED = 'the field has no x-classification';

describe('a contract with maps and choices', () => {
  it('is graded by the keys of its maps too', () => {
    const { contract, faults } = compile(closed({ id: text, people: mapOf(text) }));
    expect(faults).toEqual([]);
    expect(contract?.classification).toBe('general-4');
  });

  it('grades the keys of a map and what stands in a variant, or is told where it does not', () => {
    const map = mapOf(
      { type: 'array', items: choice(variant('a'), variant('b', { type: 'string' })) },
      { enum: ['k'] },
    );
    expect(compile(closed({ id: text, map })).faults).toEqual([
      ['schema.json#/properties/map/propertyNames', UNGRADED],
      ['schema.json#/properties/map/additionalProperties/items/oneOf/1/properties/name', UNGRADED],
    ]);
  });

  it('says where a record breaks it without the keys of the record', () => {
    const { contract } = compile(closed({ id: text, people: mapOf(closed({ name: text })) }));
    const record = { id: 'x', people: { '11019919491231002X': { name: 5 } } };
    expect(contract?.checkRecord(record)).toEqual([{ pointer: '/people/*/name', rule: 'type' }]);
    expect(contract?.checkRecord({ id: 'x', people: { 无: {} } })).toEqual([
      { pointer: '/people', rule: 'pattern' },
      { pointer: '/people', rule: 'propertyNames' },
    ]);
  });

  it.each([
    ['a choice', choice(variant('a'))],
    ['a map', mapOf(text)],
  ])('describes no record that is %s', (_, schema) => {
    expect(compile(schema).faults).toContainEqual([
      'schema.json#',
      'a record must be an object with properties of its own',
    ]);
  });

  it.each(['/holder/name', '/holder/=a/name', '/people/x', '/people/*', '/people/{key}'])(
    'asks by no parameter about %s, which not every record has in one place',
    (path) => {
      const schema = closed({ id: text, holder: choice(variant('a')), people: mapOf(text) });
      expect(compile(schema, { said: { type: 'string', 'x-match': path } }).faults).toEqual([
        ['contract.json#/query/properties/said', 'the parameter is about no field of the record'],
      ]);
    },
  );
});
