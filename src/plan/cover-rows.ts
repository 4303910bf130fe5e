import type { Contract } from '../domain/contract.ts';
import type { RowCondition } from '../domain/grant.ts';
import type { JsonObject } from '../domain/json.ts';
import { valueAt } from '../domain/json.ts';
import type { Plan } from '../domain/plan.ts';
import { isSameValue } from '../semantic/same-value.ts';

/** Equality and nothing else: a condition that can be listed is one that can be compared, explained and tested. */
export function coverRows(rows: readonly RowCondition[], { fields }: Contract): Plan['covers'] {
  const conditions = rows.map(({ path, equals }) => ({
    path,
    equals,
    schema: fields.find((field) => field.path === path)?.schema ?? {},
  }));
  return (record: JsonObject) =>
    conditions.every(({ path, equals, schema }) => {
      const value = valueAt(record, path);
      return equals.some((one) => isSameValue(schema, value, one));
    });
}
