import { expect } from 'vitest';
import { fieldsOf } from '../../src/contract/fields.ts';
import type { Contract } from '../../src/domain/contract.ts';
import type { TreatedField } from '../../src/domain/grant.ts';
import type { JsonObject, JsonSchema, JsonValue } from '../../src/domain/json.ts';
import type { ScopedKeys } from '../../src/domain/treatment-keys.ts';
import { planFields } from '../../src/plan/plan-fields.ts';
import { compileCheck } from '../../src/schema/checker.ts';
import { NOW } from './circumstances.ts';

export const leaf = { type: 'string', 'x-classification': 'general-2' };
export const mobile = { ...leaf, 'x-semantic': 'cn.mobile' };

/** How a number of a mobile phone is granted where nothing else matters. */
export const MASKED = { parameters: { head: 3, tail: 4 } };

export const object = (
  properties: JsonObject,
  required: readonly string[] = [],
  type: string | readonly string[] = 'object',
) => ({ type, properties, required, additionalProperties: false });

export const grantOf = (path: string, treatment = 'keep', more: Partial<TreatedField> = {}): TreatedField => ({
  path,
  treatment,
  parameters: {},
  onMismatch: 'fail',
  justification: 'why',
  ...more,
});

/** For plans without a keyed treatment. */
export const NO_KEYS: ScopedKeys = {
  derive: () => {
    throw new Error('no key is needed here');
  },
};

export function contractOf(schema: JsonSchema): Contract {
  return {
    id: 'd.r.v1',
    version: '1.0.0',
    title: { en: 'r', zh: '资' },
    department: 'd',
    source: { id: 'd.s', path: '/find' },
    classification: 'general-2',
    parameters: [{ name: 'said', use: 'match', required: false, field: '/a' }],
    query: {},
    fields: fieldsOf(schema),
    schema,
    hash: '',
    checkQuery: () => [],
    checkRecord: () => [],
  };
}

/** What becomes of records of this schema; every whole answer is checked against the schema that it is shown with. */
export function planOf(schema: JsonSchema, ...granted: readonly TreatedField[]) {
  const projection = planFields({ contract: contractOf(schema), granted, keys: NO_KEYS });
  const check = compileCheck(projection.schema);
  return {
    ...projection,
    of: (record: JsonObject, query: JsonObject = {}, wanted?: ReadonlySet<string>): JsonValue | symbol => {
      const out = projection.project(record, { query, nowMs: NOW, wanted });
      if (wanted === undefined) expect(check(out)).toEqual([]);
      return out;
    },
  };
}
