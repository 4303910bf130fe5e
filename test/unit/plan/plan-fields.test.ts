import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../src/domain/json.ts';
import { grantOf, leaf, MASKED, mobile, object, planOf } from '../../support/plan-of.ts';

describe('what is released', () => {
  it('has null where the record has null for a whole object or list', () => {
    const schema = object(
      {
        home: object({ a: leaf }, ['a'], ['object', 'null']),
        list: { type: ['array', 'null'], items: object({ a: leaf }, [], ['object', 'null']) },
      },
      ['home', 'list'],
    );
    const { of } = planOf(schema, grantOf('/home/a'), grantOf('/list/*/a'));
    expect(of({ home: null, list: null })).toEqual({ home: null, list: null });
    expect(of({ home: { a: 'x' }, list: [null, { a: 'y' }] })).toEqual({ home: { a: 'x' }, list: [null, { a: 'y' }] });
  });

  it('lacks what the record lacks, also an object of which only the presence of a field is granted', () => {
    const { of } = planOf(object({ home: object({ a: leaf }) }), grantOf('/home/a', 'exists', { as: 'hasA' }));
    expect(of({})).toEqual({});
    expect(of({ home: {} })).toEqual({ home: { hasA: false } });
    expect(of({ home: { a: '' } })).toEqual({ home: { hasA: true } });
  });

  it('may have fewer items than the record must have, where an item that does not fit is dropped', () => {
    const list = { type: 'array', items: mobile, minItems: 1, maxItems: 3 };
    const dropping = planOf(
      object({ list }, ['list']),
      grantOf('/list/*', 'cn.mobile', { ...MASKED, onMismatch: 'drop' }),
    );
    expect(dropping.of({ list: ['无'] })).toEqual({ list: [] });
    expect(dropping.of({ list: ['无', '13800138000'] })).toEqual({ list: ['138****8000'] });
    expect(planOf(object({ list }), grantOf('/list/*')).schema['properties']).toMatchObject({
      list: { minItems: 1, maxItems: 3 },
    });
  });

  it.each([
    ['redact', { mobile: '****' }],
    ['drop', {}],
  ] as const)('for a value that does not fit, with %s, is %j', (onMismatch, out) => {
    const granted = grantOf('/mobile', 'cn.mobile', { ...MASKED, onMismatch });
    const { of } = planOf(object({ mobile: { ...mobile, type: ['string', 'null'] } }, ['mobile']), granted);
    expect(of({ mobile: '8888' })).toEqual(out);
    expect(of({ mobile: null })).toEqual({ mobile: null });
    expect(of({ mobile: '13800138000' })).toEqual({ mobile: '138****8000' });
  });

  it('is nothing at all for a value that does not fit, where the grant says nothing else', () => {
    const { of } = planOf(
      object({ list: { type: 'array', items: object({ mobile }) } }),
      grantOf('/list/*/mobile', 'cn.mobile', { ...MASKED, as: 'phone' }),
    );
    expect(() => of({ list: [{ mobile: '13800138000' }, { mobile: '8888' }] })).toThrow(
      expect.objectContaining({
        code: 'treatment.unfit',
        errors: [{ pointer: '/list/*/phone', rule: 'cn.mobile@1' }],
      }),
    );
  });

  it('says nothing of a match that nobody asked for, and no to a value that is missing', () => {
    const { of, schema } = planOf(
      object({ a: leaf }),
      grantOf('/a', 'match', { parameters: { parameter: 'said' }, as: 'same' }),
    );
    expect(schema['required']).toEqual([]);
    expect(of({ a: 'x' })).toEqual({});
    expect(of({ a: 'x' }, { said: 'x' })).toEqual({ same: true });
    expect(of({ a: 'x' }, { said: 'y' })).toEqual({ same: false });
    expect(of({}, { said: 'y' })).toEqual({ same: false });
  });

  it('has lists of lists as lists of lists', () => {
    const schema = object({ grid: { type: 'array', items: { type: 'array', items: { type: 'integer' } } } });
    expect(planOf(schema, grantOf('/grid/*/*')).of({ grid: [[1, 2], [], [3]] })).toEqual({ grid: [[1, 2], [], [3]] });
  });

  it('takes nothing from what every object inherits', () => {
    const schema = object({ toString: leaf, valueOf: leaf });
    const { of } = planOf(schema, grantOf('/toString'), grantOf('/valueOf', 'exists', { as: 'has' }));
    expect(Object.keys(of({}) as JsonObject)).toEqual(['has']);
    expect(of({})).toEqual({ has: false });
  });

  it('is refused, not guessed, where the record is of another shape than its contract', () => {
    const schema = object({ home: object({ a: leaf }), list: { type: 'array', items: leaf } });
    const { of } = planOf(schema, grantOf('/home/a'), grantOf('/list/*'));
    const broken = expect.objectContaining({ code: 'source.contract-broken' });
    for (const record of [{ home: 'x' }, { home: ['x'] }, { list: { 0: 'x' } }, { list: 'x' }])
      expect(() => of(record)).toThrow(broken);
  });

  it('is only what is wanted of it, objects without any of that left out', () => {
    const schema = object({ a: leaf, home: object({ a: leaf, b: leaf }), other: object({ a: leaf }) });
    const { of } = planOf(
      schema,
      grantOf('/a'),
      grantOf('/home/a', 'keep', { as: 'z' }),
      grantOf('/home/b'),
      grantOf('/other/a'),
    );
    const record = { a: '1', home: { a: '2', b: '3' }, other: { a: '4' } };
    expect(of(record, {}, new Set(['/home/z']))).toEqual({ home: { z: '2' } });
    expect(of(record, {}, new Set(['/home/a']))).toEqual({});
    expect(of(record, {}, new Set())).toEqual({});
  });
});

describe('what a consumer is shown of a contract', () => {
  it('has the granted fields under the names they leave by, and no trace of the others', () => {
    const schema = object(
      {
        a: { ...leaf, maxLength: 5, $comment: 'internal', 'x-semantic': 'cn.name' },
        secret: leaf,
        home: object({ number: { type: ['integer', 'null'], 'x-classification': 'general-3' } }, ['number']),
      },
      ['a', 'secret', 'home'],
    );
    const granted = [
      grantOf('/a', 'keep', { as: 'name' }),
      grantOf('/a', 'exists', { as: 'hasName' }),
      grantOf('/home/number', 'threshold', { parameters: { operator: '>', limit: 1 } }),
    ];
    const { schema: shown, fields } = planOf(schema, ...granted);
    expect(shown).toEqual(
      object(
        {
          name: { type: 'string', maxLength: 5 },
          hasName: { type: 'boolean' },
          home: object({ number: { anyOf: [{ type: 'boolean' }, { type: 'null' }] } }, ['number']),
        },
        ['name', 'hasName', 'home'],
      ),
    );
    expect(fields).toEqual([
      expect.objectContaining({ output: '/name', path: '/a', treatment: 'keep@1' }),
      expect.objectContaining({ output: '/hasName', path: '/a', treatment: 'exists@1' }),
      expect.objectContaining({ output: '/home/number', path: '/home/number', treatment: 'threshold@1' }),
    ]);
  });
});
