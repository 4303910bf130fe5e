import type { JsonSchema, JsonValue } from '../domain/json.ts';
import { semanticTypeOf } from '../semantic/semantic-types.ts';

/** What the value is called for keys: the same for all spellings of one value. */
export function normalText(schema: JsonSchema, value: JsonValue | undefined): string | undefined {
  if (typeof value === 'number') return String(value);
  if (typeof value !== 'string') return undefined;
  const semantic = semanticTypeOf(schema);
  return semantic?.json === 'string' ? semantic.normalise(value) : value;
}
