import { Type } from '@sinclair/typebox';
import { describe, expect, it } from 'vitest';
import { SchemaFile } from '../../../src/contract/schema-file.ts';
import { compileCheck, fileCheck } from '../../../src/schema/checker.ts';

const person = {
  type: 'object',
  properties: {
    name: { type: 'string', minLength: 1, maxLength: 2 },
    born: { type: 'string', format: 'date' },
    age: { type: 'integer', minimum: 0 },
    list: { type: 'array', items: { type: 'string' }, maxItems: 2 },
  },
  required: ['name'],
  additionalProperties: false,
};
const check = compileCheck(person);

describe('a check of what comes from outside', () => {
  it.each([
    ['a missing field', {}, { pointer: '', rule: 'required' }],
    ['a field of another type', { name: 5 }, { pointer: '/name', rule: 'type' }],
    ['a field in an array', { name: 'a', list: ['a', 1] }, { pointer: '/list/1', rule: 'type' }],
    ['a number as a text: nothing is coerced', { name: 'a', age: '5' }, { pointer: '/age', rule: 'type' }],
    ['a date that is none', { name: 'a', born: '2023-02-29' }, { pointer: '/born', rule: 'format' }],
    ['one item too many', { name: 'a', list: ['', '', ''] }, { pointer: '/list', rule: 'maxItems' }],
  ])('points at %s', (_, value, fault) => {
    expect(check(value)).toEqual([fault]);
  });

  it('counts code points: two characters of four bytes are two', () => {
    expect(check({ name: '𠮷𬭎' })).toEqual([]);
    expect(check({ name: '𠮷𬭎三' })).toEqual([{ pointer: '/name', rule: 'maxLength' }]);
  });

  it('never repeats a value, nor a key that somebody made up', () => {
    const faults = [check({ '11010519491231002X': 1, name: 'a' }), check({ name: '11010519491231002X' })];
    expect(faults).toEqual([
      [{ pointer: '', rule: 'additionalProperties' }],
      [{ pointer: '/name', rule: 'maxLength' }],
    ]);
  });

  it('stops at the first fault, however many there are', () => {
    expect(check({ name: 5, age: 'x', list: [1, 2, 3] })).toHaveLength(1);
  });

  it('reads nothing off what every object inherits', () => {
    const strict = compileCheck({
      type: 'object',
      properties: {},
      required: ['toString'],
      additionalProperties: false,
    });
    expect(strict({})).toEqual([{ pointer: '', rule: 'required' }]);
    expect(check(Object.create({ name: 'a' }))).toEqual([{ pointer: '', rule: 'required' }]);
  });

  it('lets nothing through that is too long to be read by its pattern, and does not fail over it', () => {
    const check = compileCheck({ type: 'string', pattern: '^(?:ab?)*$' });
    expect(check('ab'.repeat(1000))).toEqual([]);
    expect(check('a'.repeat(16_777_216))).toEqual([{ pointer: '', rule: 'too-long' }]);
  });

  it('leaves the value as it came: nothing is filled in or taken away', () => {
    const value = { name: 'a', other: 1 };
    check(value);
    expect(value).toEqual({ name: 'a', other: 1 });
  });

  it('takes a UUID in its own form only', () => {
    const uuid = compileCheck({ type: 'string', format: 'uuid' });
    expect(uuid('017f22e2-79b0-7cc3-98c4-dc0c0c07398f')).toEqual([]);
    expect(uuid('urn:uuid:017f22e2-79b0-7cc3-98c4-dc0c0c07398f')).toEqual([{ pointer: '', rule: 'format' }]);
  });

  it('does not compile a format that it would only note', () => {
    expect(() => compileCheck({ type: 'string', format: 'email' })).toThrow(/unknown format "email"/);
  });
});

describe('a check of a file that people write', () => {
  const file = fileCheck(Type.Object({ id: Type.String(), n: Type.Integer() }, { additionalProperties: false }));

  it('says all that is wrong at once, and names the key that is too many', () => {
    expect(file.faults({ id: 5, x: 1 })).toEqual([
      { pointer: '', message: "must have required property 'n'" },
      { pointer: '', message: 'must NOT have additional properties ("x")' },
      { pointer: '/id', message: 'must be string' },
    ]);
    expect(file.is({ id: 5, x: 1 })).toBe(false);
    expect(file.is({ id: 'a', n: 1 })).toBe(true);
  });

  it.each(['(', '[\\w-a]', '\\-', 'a{,2}'])(
    'refuses the pattern %s, with which the record could not be checked',
    (pattern) => {
      expect(() => compileCheck({ type: 'string', pattern })).toThrow(SyntaxError);
      expect(fileCheck(SchemaFile).faults({ type: 'string', pattern })).toEqual([
        { pointer: '/pattern', message: 'must match format "regex"' },
      ]);
    },
  );
});
