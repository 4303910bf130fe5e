import { describe, expect, it } from 'vitest';
import type { TreatedField } from '../../../src/domain/grant.ts';
import type { JsonObject } from '../../../src/domain/json.ts';
import { NOW } from '../../support/circumstances.ts';
import { grantOf, leaf, MASKED, mobile, object, planOf } from '../../support/plan-of.ts';

const year = { type: 'string', pattern: '^[0-9]{4}$', 'x-classification': 'general-1' };
const phone = { ...mobile, pattern: '^.{1,20}$' };
const mapOf = (keys: JsonObject, values: JsonObject, more: JsonObject = {}) => ({
  type: 'object',
  additionalProperties: values,
  propertyNames: keys,
  ...more,
});
const person = object({ name: leaf, secret: leaf }, ['name']);
const people = object({ people: mapOf(phone, person) }, ['people']);
const byPhone = (more: Partial<TreatedField> = MASKED, values = grantOf('/people/*/name')) =>
  planOf(people, grantOf('/people/{key}', 'cn.mobile', { ...MASKED, ...more }), values);
const unfit = (rule: string): unknown =>
  expect.objectContaining({ code: 'treatment.unfit', errors: [{ pointer: '/people/{key}', rule }] });

describe('of a map is released', () => {
  it('what is granted of its values, under its keys as precisely as they are granted', () => {
    const { of, fields } = byPhone();
    const record = { people: { '13800138000': { name: 'x', secret: 'y' }, '13900139001': { name: 'z' } } };
    expect(of(record)).toEqual({ people: { '138****8000': { name: 'x' }, '139****9001': { name: 'z' } } });
    expect(fields.map(({ output }) => output)).toEqual(['/people/{key}', '/people/*/name']);
  });

  it('nothing at all where its keys are not granted, nor where only they are', () => {
    const record = { people: { '13800138000': { name: 'x' } } };
    expect(planOf(people, grantOf('/people/*/name')).of(record)).toEqual({});
    expect(planOf(people, grantOf('/people/{key}')).of(record)).toEqual({});
  });

  it('null where it is null, and nothing where it is missing', () => {
    const schema = object({ m: { ...mapOf(year, leaf), type: ['object', 'null'] } });
    const { of } = planOf(schema, grantOf('/m/{key}'), grantOf('/m/*'));
    expect(of({ m: null })).toEqual({ m: null });
    expect(of({ m: {} })).toEqual({ m: {} });
    expect(of({})).toEqual({});
  });

  it('no entry whose key does not fit, where such keys are dropped', () => {
    expect(byPhone({ onMismatch: 'drop' }).of({ people: { 无: { name: 'x' }, '13800138000': { name: 'y' } } })).toEqual(
      {
        people: { '138****8000': { name: 'y' } },
      },
    );
  });

  it('no entry whose value does not fit, where such values are dropped', () => {
    const schema = object({ m: mapOf(year, mobile) });
    const { of } = planOf(schema, grantOf('/m/{key}'), grantOf('/m/*', 'cn.mobile', { ...MASKED, onMismatch: 'drop' }));
    expect(of({ m: { '2025': '无', '2026': '13800138000' } })).toEqual({ m: { '2026': '138****8000' } });
  });

  it('nothing where a key does not fit, and the grant says nothing else', () => {
    expect(() => byPhone().of({ people: { 无: { name: 'x' } } })).toThrow(unfit('cn.mobile@1'));
  });

  it('nothing where two keys come out equal: one of the two would be lost', () => {
    const alike = { '13800138000': { name: 'x' }, '13811118000': { name: 'y' } };
    expect(() => byPhone().of({ people: alike })).toThrow(unfit('key-collision'));
    const redacted = byPhone({ onMismatch: 'redact' });
    expect(redacted.of({ people: { 无: { name: 'x' } } })).toEqual({ people: { '****': { name: 'x' } } });
    expect(() => redacted.of({ people: { 无: { name: 'x' }, 未知: { name: 'y' } } })).toThrow(unfit('key-collision'));
  });

  it('nothing where two keys come out equal, also if the value of the first is left out', () => {
    const schema = object({ people: mapOf(phone, mobile) });
    const { of } = planOf(
      schema,
      grantOf('/people/{key}', 'cn.mobile', MASKED),
      grantOf('/people/*', 'cn.mobile', { ...MASKED, onMismatch: 'drop' }),
    );
    const alike = { '13800138000': '无', '13811118000': '13800138000' };
    expect(() => of({ people: alike })).toThrow(unfit('key-collision'));
  });

  it.each(['__proto__', 'constructor', 'prototype'])('nothing where a key would come out as %s', (key) => {
    const schema = object({ people: mapOf({ ...leaf, pattern: '.' }, leaf) });
    const { project } = planOf(schema, grantOf('/people/{key}'), grantOf('/people/*'));
    const record = JSON.parse(`{"people": {"${key}": "x"}}`) as JsonObject;
    expect(() => project(record, { query: {}, nowMs: NOW, wanted: undefined })).toThrow(unfit('key-forbidden'));
  });

  it('nothing where a key would come out as something else than a text', () => {
    const schema = object({ people: mapOf(year, leaf) });
    const { project } = planOf(schema, grantOf('/people/{key}', 'exists'), grantOf('/people/*'));
    expect(() => project({ people: { '2026': 'x' } }, { query: {}, nowMs: NOW, wanted: undefined })).toThrow(
      unfit('key-not-text'),
    );
  });

  it('its keys with any of its values that is wanted, and never its keys alone', () => {
    const schema = object({
      m: mapOf(year, object({ a: leaf, b: leaf })),
      lists: { type: 'array', items: mapOf(year, leaf) },
    });
    const { of } = planOf(
      schema,
      ...['/m/{key}', '/m/*/a', '/m/*/b', '/lists/*/{key}', '/lists/*/*'].map((path) => grantOf(path)),
    );
    const record = { m: { '2026': { a: 'x', b: 'y' } }, lists: [{ '2025': 'z' }] };
    expect(of(record, {}, new Set(['/m/*/a']))).toEqual({ m: { '2026': { a: 'x' } } });
    expect(of(record, {}, new Set(['/lists/*/*']))).toEqual({ lists: [{ '2025': 'z' }] });
    expect(of(record, {}, new Set(['/m/{key}', '/lists/*/{key}']))).toEqual({});
  });

  it('everything below it, however lists and maps stand in each other', () => {
    const deep = mapOf(year, {
      type: 'array',
      items: mapOf(year, { type: 'array', items: { type: 'array', items: leaf } }),
    });
    const paths = ['/m/{key}', '/m/*/*/{key}', '/m/*/*/*/*/*'];
    const { of } = planOf(object({ m: deep }), ...paths.map((path) => grantOf(path)));
    const record = { m: { '2025': [{ '2026': [['x'], []] }, {}], '2024': [] } };
    expect(of(record)).toEqual(record);
  });

  it('nothing, and not a guess, where the record has no map', () => {
    const { project } = byPhone();
    for (const wrong of [['x'], 'x', 5])
      expect(() => project({ people: wrong }, { query: {}, nowMs: NOW, wanted: undefined })).toThrow(
        expect.objectContaining({ code: 'source.contract-broken' }),
      );
  });
});

describe('what a consumer is shown of a map', () => {
  const bounded = (more: JsonObject = {}) =>
    object({ m: mapOf({ ...phone, examples: ['x'] }, mobile, { minProperties: 1, maxProperties: 9, ...more }) }, ['m']);
  const emitted = { type: 'string', pattern: '^[0-9]{0,3}[*]{4,11}[0-9]{0,4}$' };

  it('is what its keys and its values come out as, and how many they are', () => {
    const { schema } = planOf(bounded(), grantOf('/m/{key}', 'cn.mobile', MASKED), grantOf('/m/*', 'exists'));
    expect(schema).toEqual(
      object(
        {
          m: {
            type: 'object',
            additionalProperties: { type: 'boolean' },
            propertyNames: emitted,
            minProperties: 1,
            maxProperties: 9,
          },
        },
        ['m'],
      ),
    );
  });

  it.each([
    ['keys', { onMismatch: 'drop' }, {}],
    ['values', {}, { onMismatch: 'drop' }],
  ] as const)('does not promise a least number where %s that do not fit are dropped', (_, ofKeys, ofValues) => {
    const { schema } = planOf(
      bounded({ type: ['object', 'null'] }),
      grantOf('/m/{key}', 'cn.mobile', { ...MASKED, ...ofKeys }),
      grantOf('/m/*', 'keep', ofValues),
    );
    const shown = {
      type: 'object',
      additionalProperties: { type: 'string' },
      propertyNames: emitted,
      maxProperties: 9,
    };
    expect(schema['properties']).toEqual({ m: { anyOf: [shown, { type: 'null' }] } });
  });
});
