import type { JsonSchema } from '../domain/json.ts';
import { isAtMost, isSamePrecision, join, NOTHING, type Precision, precision } from '../domain/precision.ts';
import { typesOf } from '../schema/profile.ts';
import { semanticTypeOf } from './semantic-types.ts';

type Named = Readonly<Record<string, readonly string[]>>;

/** What every field can be as precise as. Whoever knows any part knows that there is a value. */
const OF_ANY = {
  none: [],
  exists: ['presence'],
  match: ['match'],
  threshold: ['presence', 'threshold'],
  pseudonym: ['presence', 'pseudonym'],
} as const satisfies Named;

/** Between `exists` and `exact` for a field without a semantic type. */
const OF_JSON_TYPE: Readonly<Record<string, Named>> = {
  string: { partial: ['partial'] },
  integer: { range: ['range'], rounded: ['range', 'rounded'] },
  number: { range: ['range'], rounded: ['range', 'rounded'] },
  boolean: {},
};

/** The names that can be said of any field. */
export const ANY_PRECISIONS: readonly string[] = [...Object.keys(OF_ANY), 'exact'];

/** The names that can be said of some field without a semantic type. */
export const UNTYPED_PRECISIONS: readonly string[] = [
  ...ANY_PRECISIONS,
  ...new Set(Object.values(OF_JSON_TYPE).flatMap((named) => Object.keys(named))),
];

function ownPrecisions(schema: JsonSchema): Named {
  const semantic = semanticTypeOf(schema);
  if (semantic !== undefined) return semantic.precisions;
  const [type = ''] = typesOf(schema).filter((name) => name !== 'null');
  return OF_JSON_TYPE[type] ?? {};
}

/** Everything that can be known of a value of this field. */
export function exactPrecision(schema: JsonSchema): Precision {
  return precision([...Object.values(OF_ANY).flat(), ...Object.values(ownPrecisions(schema)).flat(), 'value']);
}

/** The precision of that name for this field, or undefined if it has none of that name. */
export function namedPrecision(schema: JsonSchema, name: string): Precision | undefined {
  if (name === 'exact') return exactPrecision(schema);
  const ofAny: Named = OF_ANY;
  const parts = Object.hasOwn(ofAny, name) ? ofAny[name] : undefined;
  if (parts !== undefined) return precision(parts);
  const own = ownPrecisions(schema);
  const ownParts = Object.hasOwn(own, name) ? own[name] : undefined;
  return ownParts === undefined ? undefined : precision(['presence', ...ownParts]);
}

/** The names that this field has, from nothing to exact. */
export function precisionNames(schema: JsonSchema): readonly string[] {
  return [...Object.keys(OF_ANY), ...Object.keys(ownPrecisions(schema)), 'exact'];
}

/** The precision in words: its name, or the names it is made of (`area6+last4`). */
export function precisionLabel(schema: JsonSchema, known: Precision): string {
  const named = precisionNames(schema).flatMap((name) => {
    const parts = namedPrecision(schema, name) ?? NOTHING;
    return isAtMost(parts, known) ? [{ name, parts }] : [];
  });
  const same = named.find(({ parts }) => isSamePrecision(parts, known));
  if (same !== undefined) return same.name;
  const largest = named.filter(
    ({ parts }) => !named.some((other) => other.parts.size > parts.size && isAtMost(parts, other.parts)),
  );
  const covered = largest.reduce((all, { parts }) => join(all, parts), NOTHING);
  const rest = [...known].filter((part) => !covered.has(part));
  return [...largest.map(({ name }) => name), ...rest].join('+');
}
