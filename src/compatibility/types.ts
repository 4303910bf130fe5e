import type { JsonSchema } from '../domain/json.ts';
import { typesOf } from '../schema/profile.ts';
import type { Difference, Versions } from './difference.ts';

/** The type of a schema without `null`, which is compared apart; none if it allows null alone. */
export function baseTypes(schema: JsonSchema): readonly string[] {
  return typesOf(schema).filter((type) => type !== 'null');
}

/** How the JSON types differ. */
export function typeDifferences({ old, now }: Versions): readonly Difference[] {
  const before = baseTypes(old);
  const after = baseTypes(now);
  const loosened = !covers(before, after);
  const tightened = !covers(after, before);
  if (loosened && tightened) return [{ rule: 'type-changed' }];
  if (loosened) return [{ rule: 'type-widened' }];
  return tightened ? [{ rule: 'type-narrowed' }] : [];
}

/** Whether there is a type that values of both can have: if not, nothing else about them can be compared. */
export function haveTypeInCommon({ old, now }: Versions): boolean {
  const before = baseTypes(old);
  const after = baseTypes(now);
  return before.length > 0 && after.length > 0 && (covers(before, after) || covers(after, before));
}

/** Every integer is a number too. */
function covers(wider: readonly string[], narrower: readonly string[]): boolean {
  return narrower.every((type) => wider.includes(type) || (type === 'integer' && wider.includes('number')));
}
