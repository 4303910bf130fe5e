import type { Field } from '../domain/contract.ts';
import type { JsonSchema } from '../domain/json.ts';
import { formOf, partsOf } from '../schema/form.ts';

/**
 * The leaves of a schema in the order in which it names them, each with its path: `*` stands for every item of an array
 * and every value of a map, `{key}` for every key of a map, `=person` for the variant that calls itself person.
 */
export function fieldsOf(schema: JsonSchema, path = ''): readonly Field[] {
  if (formOf(schema).kind === 'leaf') return [{ path, schema }];
  return partsOf(schema).flatMap((part) => fieldsOf(part.schema, `${path}/${part.segment}`));
}
