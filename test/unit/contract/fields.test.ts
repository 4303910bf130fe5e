import { describe, expect, it } from 'vitest';
import { fieldsOf } from '../../../src/contract/fields.ts';
import type { JsonObject } from '../../../src/domain/json.ts';

const text = { type: 'string', 'x-classification': 'general-2' };
const keys = { type: 'string', enum: ['a'], 'x-classification': 'general-4' };
const closed = (properties: JsonObject) => ({ type: 'object', properties, additionalProperties: false });
const variant = (kind: string, more: JsonObject) => closed({ kind: { ...text, const: kind }, ...more });

describe('the fields of a record', () => {
  it('are its leaves, keys of maps and constants of variants among them, in the order of the schema', () => {
    const choice = {
      type: 'object',
      oneOf: [variant('person', { name: text }), variant('firm', { code: text })],
      discriminator: { propertyName: 'kind' },
    };
    const schema = closed({
      id: text,
      grid: { type: 'array', items: { type: 'array', items: text } },
      byYear: { type: 'object', propertyNames: keys, additionalProperties: { type: 'array', items: choice } },
      maps: {
        type: ['object', 'null'],
        additionalProperties: { type: 'object', additionalProperties: text, propertyNames: keys },
        propertyNames: keys,
      },
      nothing: closed({}),
    });
    expect(fieldsOf(schema).map(({ path }) => path)).toEqual([
      '/id',
      '/grid/*/*',
      '/byYear/{key}',
      '/byYear/*/*/=person/kind',
      '/byYear/*/*/=person/name',
      '/byYear/*/*/=firm/kind',
      '/byYear/*/*/=firm/code',
      '/maps/{key}',
      '/maps/*/{key}',
      '/maps/*/*',
    ]);
    expect(fieldsOf(schema).find(({ path }) => path === '/maps/*/{key}')?.schema).toEqual(keys);
  });
});
