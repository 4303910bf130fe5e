import type { JsonSchema, JsonValue } from '../domain/json.ts';
import { semanticTypeOf } from './semantic-types.ts';

/**
 * Whether two values of one field mean the same: an old 15-digit number and its 18 digits do. Values that are not of
 * the field's semantic type are the same as nothing, not even as themselves.
 */
export function isSameValue(schema: JsonSchema, one: JsonValue, other: JsonValue): boolean {
  const semantic = semanticTypeOf(schema);
  if (semantic?.json !== 'string') return one !== null && typeof one !== 'object' && one === other;
  if (typeof one !== 'string' || typeof other !== 'string') return false;
  const normalised = semantic.normalise(one);
  return normalised !== undefined && normalised === semantic.normalise(other);
}
