import { describe, expect, it } from 'vitest';
import type { Grant, Purpose, TreatedField } from '../../../src/domain/grant.ts';
import type { JsonObject } from '../../../src/domain/json.ts';
import type { Department } from '../../../src/domain/party.ts';
import { grantFindings } from '../../../src/plan/check-grant.ts';
import { contractOf, grantOf, leaf, MASKED, mobile, object } from '../../support/plan-of.ts';

const phone = { ...mobile, pattern: '^.{1,20}$' };
const mapOf = (values: JsonObject) => ({ type: 'object', additionalProperties: values, propertyNames: phone });
const variant = (kind: string) => object({ kind: { ...leaf, const: kind }, name: leaf }, ['kind']);
const contract = {
  ...contractOf(
    object({
      a: leaf,
      m: mapOf(object({ name: leaf, inner: mapOf(leaf) })),
      holder: {
        type: 'object',
        oneOf: [variant('person'), variant('firm')],
        discriminator: { propertyName: 'kind' },
      },
    }),
  ),
  parameters: [],
};
const purpose: Purpose = {
  id: 'p',
  name: { en: 'p', zh: '用' },
  legalBasis: [{ id: 'b', instrument: '令', covers: ['p'] }],
  ceiling: { '*': ['exact'] },
};
const consumer: Department = { id: 'c', name: { en: 'c', zh: '部' }, clearance: 'important' };

function findings(...fields: readonly TreatedField[]) {
  const grant: Grant = {
    id: 'g',
    consumer: { department: 'c', systems: ['c.s'] },
    contract: contract.id,
    purpose: 'p',
    parameters: [],
    fields,
    validFrom: '2026-01-01T00:00:00Z',
    validUntil: '2027-01-01T00:00:00Z',
  };
  return grantFindings({ grant, contract, purpose, consumer }).map(({ pointer, message }) => [pointer, message]);
}

const KEYS = 'the keys of the map that it stands in are not granted';
const keyOf = (path: string, more: Partial<TreatedField> = {}) => grantOf(path, 'cn.mobile', { ...MASKED, ...more });

describe('a grant of something in a map', () => {
  it('grants the keys of every map around it too', () => {
    expect(findings(keyOf('/m/{key}'), grantOf('/m/*/name'))).toEqual([]);
    expect(findings(grantOf('/a'), grantOf('/m/*/name'))).toEqual([['/fields/1/path', KEYS]]);
    expect(findings(grantOf('/m/*/inner/*'))).toEqual([
      ['/fields/0/path', KEYS],
      ['/fields/0/path', KEYS],
    ]);
    expect(findings(keyOf('/m/{key}'), keyOf('/m/*/inner/{key}'), grantOf('/m/*/inner/*'))).toEqual([]);
  });

  it('grants no keys alone: without a value they would never leave', () => {
    expect(findings(keyOf('/m/{key}'))).toEqual([
      ['/fields/0/path', 'the keys of a map do not leave without its values'],
    ]);
  });

  it('gives keys that are texts', () => {
    expect(findings(grantOf('/m/{key}', 'exists'), grantOf('/m/*/name'))).toEqual([
      ['/fields/0/treatment', 'a key of a map leaves as a text or not at all'],
    ]);
    expect(findings(keyOf('/m/{key}', { onMismatch: 'redact' }), grantOf('/m/*/name'))).toEqual([]);
  });

  it('gives no other name to what has none of its own', () => {
    const none = 'an item of an array, a value or a key of a map has no key to rename';
    expect(findings(keyOf('/m/{key}', { as: 'phone' }), grantOf('/m/*/name'))).toEqual([['/fields/0/as', none]]);
    const inner = [keyOf('/m/{key}'), keyOf('/m/*/inner/{key}'), grantOf('/m/*/inner/*', 'keep', { as: 'it' })];
    expect(findings(...inner)).toEqual([['/fields/2/as', none]]);
  });

  it('gives its keys once', () => {
    expect(findings(keyOf('/m/{key}'), keyOf('/m/{key}'), grantOf('/m/*/name'))).toEqual([
      ['/fields/0', 'two fields leave as /m/{key}'],
      ['/fields/1', 'two fields leave as /m/{key}'],
    ]);
  });
});

describe('a grant of something in a choice', () => {
  it('may give the same name to fields of two variants', () => {
    expect(findings(grantOf('/holder/=person/name'), grantOf('/holder/=firm/kind', 'keep', { as: 'name' }))).toEqual(
      [],
    );
  });

  it('leaves it its place', () => {
    expect(findings(grantOf('/a', 'keep', { as: 'holder' }), grantOf('/holder/=person/name'))).toEqual([
      ['/fields/0', 'two fields leave as /holder'],
    ]);
  });

  it.each(['/holder/name', '/holder/=cat/name', '/holder/*/name', '/holder', '/holder/=person'])(
    'names which of the variants it is: %s is no field',
    (path) => {
      expect(findings(grantOf(path))).toEqual([['/fields/0/path', 'the contract has no such field']]);
    },
  );
});
