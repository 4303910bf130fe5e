import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
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

  it('keeps fields that are called like annotations would be called elsewhere', () => {
    const schema = { type: 'object', properties: { items: { type: 'string' }, properties: { type: 'string' } } };
    expect(withoutAnnotations(schema)).toEqual(schema);
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
