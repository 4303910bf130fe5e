import { describe, expect, it } from 'vitest';
import { SchemaFile } from '../../../src/contract/schema-file.ts';
import type { JsonObject, JsonValue } from '../../../src/domain/json.ts';
import { fileCheck } from '../../../src/schema/checker.ts';
import { ANNOTATIONS, KEYWORDS } from '../../../src/schema/profile.ts';

const check = fileCheck(SchemaFile);
const inside = (a: JsonValue): JsonObject => ({ type: 'object', properties: { a }, additionalProperties: false });
const faults = (a: JsonValue) => check.faults(inside(a)).map(({ pointer }) => pointer.replace('/properties/a', ''));
const text = { type: 'string' };

describe('the meta-schema of a record', () => {
  it('knows every keyword of the profile and no other', () => {
    const { schema, annotations } = (SchemaFile as unknown as { $defs: Record<string, { properties: object }> }).$defs;
    expect(Object.keys(schema?.properties ?? {}).sort()).toEqual([...KEYWORDS].sort());
    const described = new Set([...Object.keys(annotations?.properties ?? {}), 'x-max-depth']);
    expect(ANNOTATIONS.filter((keyword) => !described.has(keyword))).toEqual([]);
  });

  it('is of a dialect of its own, which has what checks and what only says something as two vocabularies', () => {
    expect(SchemaFile).toMatchObject({
      $id: 'urn:shuqiao:schema:record',
      $vocabulary: { 'urn:shuqiao:vocab:profile': true, 'urn:shuqiao:vocab:annotations': true },
    });
  });

  it.each<[string, JsonObject]>([
    ['a map', { type: 'object', additionalProperties: text, propertyNames: { enum: ['a'] }, maxProperties: 3 }],
    ['a choice', { type: 'object', oneOf: [inside(text)], discriminator: { propertyName: 'kind' } }],
    ['a bounded recursion', { $ref: '#/$defs/a', 'x-max-depth': 8 }],
    ['examples', { ...text, examples: ['x'] }],
  ])('takes %s', (_, schema) => {
    expect(faults(schema)).toEqual([]);
  });

  it.each<[string, JsonObject, string]>([
    ['an unknown keyword in the values of a map', { additionalProperties: { not: {} } }, '/additionalProperties'],
    ['an unknown keyword in the keys of a map', { propertyNames: { not: {} } }, '/propertyNames'],
    ['an unknown keyword in a variant', { oneOf: [{ not: {} }] }, '/oneOf/0'],
    ['an object that says it is open', { additionalProperties: true }, '/additionalProperties'],
    ['a discriminator with a mapping', { discriminator: { propertyName: 'a', mapping: {} } }, '/discriminator'],
    ['a discriminator without a name', { discriminator: {} }, '/discriminator'],
    ['a choice of nothing', { oneOf: [] }, '/oneOf'],
    ['a recursion that is too deep', { $ref: '#/$defs/a', 'x-max-depth': 9 }, '/x-max-depth'],
    ['a bound of no reference', { 'x-max-depth': 1 }, ''],
    ['an unknown classification', { 'x-classification': 'secret' }, '/x-classification'],
  ])('points at %s', (_, schema, pointer) => {
    expect(faults({ type: 'object', ...schema })).toContain(pointer);
  });
});
