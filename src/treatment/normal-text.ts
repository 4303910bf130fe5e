import type { JsonSchema, JsonValue } from '../domain/json.ts';
import { semanticTypeOf } from '../semantic/semantic-types.ts';

/** What the value is called for keys: the same for all spellings of one value. */
export function normalText(schema: JsonSchema, value: JsonValue | undefined): string | undefined {
  if (typeof value === 'number') return String(value);
  if (typeof value !== 'string') return undefined;
  const semantic = semanticTypeOf(schema);
  return semantic?.json === 'string' ? semantic.normalise(value) : value;
}

/** Fields of one meaning share a key, so that they can be joined within a purpose; others cannot be taken for each other. */
export function meaningOf(schema: JsonSchema): string {
  const semantic = schema['x-semantic'];
  return typeof semantic === 'string' ? semantic : 'untyped';
}
