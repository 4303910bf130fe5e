import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../src/domain/json.ts';
import { typesOf, withoutAnnotations } from '../../../src/schema/profile.ts';
import { makePlanCase, planChoices } from '../../support/generate-plan.ts';

describe('a schema as a consumer may see it', () => {
  it('has no annotation, at any depth, and every keyword that checks', () => {
    const field = { type: 'string', maxLength: 4 };
    const noted = { ...field, 'x-semantic': 'cn.name', 'x-classification': 'general-4', $comment: 'internal' };
    const object = (leaf: typeof field) => ({
      type: 'object',
      properties: { a: leaf, list: { type: 'array', items: { type: 'object', properties: { b: leaf } } } },
      required: ['a'],
    });
    expect(withoutAnnotations({ ...object(noted), 'x-filter': '/a', 'x-match': '/a' })).toEqual(object(field));
  });

  it('has none in maps and their keys, in choices, and in what a grant makes of them', () => {
    const noted = { type: 'string', maxLength: 4, examples: ['a'], 'x-floor': 'exists', 'x-subject': 'guardian' };
    const shown = { type: 'string', maxLength: 4 };
    const of = (leaf: JsonObject, more: JsonObject = {}) => ({
      type: 'object',
      oneOf: [
        { type: 'object', properties: { a: leaf }, additionalProperties: false },
        { type: 'object', additionalProperties: leaf, propertyNames: leaf },
        { anyOf: [leaf, { type: 'null' }] },
      ],
      ...more,
    });
    expect(withoutAnnotations(of(noted, { discriminator: { propertyName: 'a' } }))).toEqual(of(shown));
  });

  it('keeps fields that are called like annotations would be called elsewhere', () => {
    const names = ['items', 'properties', 'discriminator', 'examples', 'oneOf'];
    const properties = Object.fromEntries(names.map((name) => [name, { type: 'string' }]));
    expect(withoutAnnotations({ type: 'object', properties })).toEqual({ type: 'object', properties });
  });

  it('never says x- anything, whatever the contract', () => {
    fc.assert(
      fc.property(planChoices, (choices) => {
        const { contract } = makePlanCase(choices);
        expect(JSON.stringify(contract.schema)).toContain('"x-classification"');
        expect(JSON.stringify(withoutAnnotations(contract.schema))).not.toContain('"x-');
      }),
      { numRuns: 100 },
    );
  });
});

describe('the types of a schema', () => {
  it.each([
    [{ type: 'string' }, ['string']],
    [{ type: ['string', 'null'] }, ['string', 'null']],
    [{ type: 5 }, []],
    [{}, []],
  ])('of %j are %j', (schema, types) => {
    expect(typesOf(schema)).toEqual(types);
  });
});
