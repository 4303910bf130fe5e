import type { Field } from '../domain/contract.ts';
import { isJsonObject, type JsonSchema } from '../domain/json.ts';
import { typesOf } from '../schema/profile.ts';

/** The leaves of a schema in the order in which it names them, each with its path; `*` stands for every item of an array. */
export function fieldsOf(schema: JsonSchema, path = ''): readonly Field[] {
  const types = typesOf(schema);
  const { properties, items } = schema;
  if (types.includes('array')) return isJsonObject(items) ? fieldsOf(items, `${path}/*`) : [];
  if (!types.includes('object')) return [{ path, schema }];
  if (!isJsonObject(properties)) return [];
  return Object.entries(properties).flatMap(([name, property]) =>
    isJsonObject(property) ? fieldsOf(property, `${path}/${name}`) : [],
  );
}
