import { describe, expect, it } from 'vitest';
import { fieldsOf } from '../../../src/contract/fields.ts';
import type { Contract } from '../../../src/domain/contract.ts';
import type { GrantedField } from '../../../src/domain/grant.ts';
import type { JsonObject, JsonSchema } from '../../../src/domain/json.ts';
import { planFields } from '../../../src/plan/plan-fields.ts';
import { compileCheck } from '../../../src/schema/checker.ts';

const leaf = { type: 'string', 'x-classification': 'general-2' };
const mobile = { ...leaf, 'x-semantic': 'cn.mobile' };
const object = (properties: JsonObject, required: readonly string[] = [], type: string | string[] = 'object') => ({
  type,
  properties,
  required,
  additionalProperties: false,
});
const grantOf = (path: string, treatment = 'keep', more: Partial<GrantedField> = {}): GrantedField => ({
  path,
  treatment,
  parameters: {},
  onMismatch: 'fail',
  justification: 'why',
  ...more,
});

function plan(schema: JsonSchema, ...granted: readonly GrantedField[]) {
  const contract: Contract = {
    id: 'd.r.v1',
    version: '1.0.0',
    title: { en: 'r', zh: '资' },
    department: 'd',
    source: { id: 'd.s', path: '/find' },
    classification: 'general-2',
    parameters: [{ name: 'said', use: 'match', required: false, field: '/a' }],
    fields: fieldsOf(schema),
    schema,
    hash: '',
    checkQuery: () => [],
    checkRecord: () => [],
  };
  const projection = planFields(contract, granted);
  const check = compileCheck(projection.schema);
  return {
    ...projection,
    of: (record: JsonObject, query: JsonObject = {}, wanted?: ReadonlySet<string>) => {
      const out = projection.project(record, { query, wanted });
      if (wanted === undefined) expect(check(out)).toEqual([]);
      return out;
    },
  };
}

describe('what is released', () => {
  it('has null where the record has null for a whole object or list', () => {
    const schema = object(
      {
        home: object({ a: leaf }, ['a'], ['object', 'null']),
        list: { type: ['array', 'null'], items: object({ a: leaf }, [], ['object', 'null']) },
      },
      ['home', 'list'],
    );
    const { of } = plan(schema, grantOf('/home/a'), grantOf('/list/*/a'));
    expect(of({ home: null, list: null })).toEqual({ home: null, list: null });
    expect(of({ home: { a: 'x' }, list: [null, { a: 'y' }] })).toEqual({ home: { a: 'x' }, list: [null, { a: 'y' }] });
  });

  it('lacks what the record lacks, also an object of which only the presence of a field is granted', () => {
    const { of } = plan(object({ home: object({ a: leaf }) }), grantOf('/home/a', 'exists', { as: 'hasA' }));
    expect(of({})).toEqual({});
    expect(of({ home: {} })).toEqual({ home: { hasA: false } });
    expect(of({ home: { a: '' } })).toEqual({ home: { hasA: true } });
  });

  it('may have fewer items than the record must have, where an item that does not fit is dropped', () => {
    const list = { type: 'array', items: mobile, minItems: 1, maxItems: 3 };
    const masked = { parameters: { head: 3, tail: 4 } };
    const dropping = plan(
      object({ list }, ['list']),
      grantOf('/list/*', 'cn.mobile', { ...masked, onMismatch: 'drop' }),
    );
    expect(dropping.of({ list: ['无'] })).toEqual({ list: [] });
    expect(dropping.of({ list: ['无', '13800138000'] })).toEqual({ list: ['138****8000'] });
    expect(plan(object({ list }), grantOf('/list/*')).schema['properties']).toMatchObject({
      list: { minItems: 1, maxItems: 3 },
    });
  });

  it.each([
    ['redact', { mobile: '****' }],
    ['drop', {}],
  ] as const)('for a value that does not fit, with %s, is %j', (onMismatch, out) => {
    const granted = grantOf('/mobile', 'cn.mobile', { parameters: { head: 3, tail: 4 }, onMismatch });
    const { of } = plan(object({ mobile: { ...mobile, type: ['string', 'null'] } }, ['mobile']), granted);
    expect(of({ mobile: '8888' })).toEqual(out);
    expect(of({ mobile: null })).toEqual({ mobile: null });
    expect(of({ mobile: '13800138000' })).toEqual({ mobile: '138****8000' });
  });

  it('is nothing at all for a value that does not fit, where the grant says nothing else', () => {
    const { of } = plan(
      object({ list: { type: 'array', items: object({ mobile }) } }),
      grantOf('/list/*/mobile', 'cn.mobile', { parameters: { head: 3, tail: 4 }, as: 'phone' }),
    );
    expect(() => of({ list: [{ mobile: '13800138000' }, { mobile: '8888' }] })).toThrow(
      expect.objectContaining({
        code: 'treatment.unfit',
        errors: [{ pointer: '/list/*/phone', rule: 'cn.mobile@1' }],
      }),
    );
  });

  it('says nothing of a match that nobody asked for, and no to a value that is missing', () => {
    const { of, schema } = plan(
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
    expect(plan(schema, grantOf('/grid/*/*')).of({ grid: [[1, 2], [], [3]] })).toEqual({ grid: [[1, 2], [], [3]] });
  });

  it('takes nothing from what every object inherits', () => {
    const schema = object({ toString: leaf, valueOf: leaf });
    const { of } = plan(schema, grantOf('/toString'), grantOf('/valueOf', 'exists', { as: 'has' }));
    expect(Object.keys(of({}) as JsonObject)).toEqual(['has']);
    expect(of({})).toEqual({ has: false });
  });

  it('is refused, not guessed, where the record is of another shape than its contract', () => {
    const schema = object({ home: object({ a: leaf }), list: { type: 'array', items: leaf } });
    const { of } = plan(schema, grantOf('/home/a'), grantOf('/list/*'));
    const broken = expect.objectContaining({ code: 'source.contract-broken' });
    for (const record of [{ home: 'x' }, { home: ['x'] }, { list: { 0: 'x' } }, { list: 'x' }])
      expect(() => of(record)).toThrow(broken);
  });

  it('is only what is wanted of it, objects without any of that left out', () => {
    const schema = object({ a: leaf, home: object({ a: leaf, b: leaf }), other: object({ a: leaf }) });
    const { of } = plan(
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
    const { schema: shown, fields } = plan(schema, ...granted);
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
      { output: '/name', path: '/a', treatment: 'keep@1' },
      { output: '/hasName', path: '/a', treatment: 'exists@1' },
      { output: '/home/number', path: '/home/number', treatment: 'threshold@1' },
    ]);
  });
});
