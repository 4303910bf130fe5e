import fc from 'fast-check';
import type { JsonValue } from '../../src/domain/json.ts';

/** Any text of whole code points: what UTF-8 can carry. */
export const anyText: fc.Arbitrary<string> = fc.string({ unit: 'binary', maxLength: 24 });

/** Numbers that every reader reads alike. */
export const safeNumber: fc.Arbitrary<number> = fc.oneof(
  fc.maxSafeInteger(),
  fc.integer({ min: -1_000_000_000, max: 1_000_000_000 }).map((hundredths) => hundredths / 100),
);

const FORBIDDEN = new Set(['__proto__', 'constructor', 'prototype']);

/** Any key that strict JSON allows. */
export const safeKey: fc.Arbitrary<string> = anyText.filter((key) => !FORBIDDEN.has(key));

/** Any value of I-JSON that two readers cannot read differently. */
export const safeJson: fc.Arbitrary<JsonValue> = fc.letrec<{ value: JsonValue }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 5, depthIdentifier: 'json' },
    fc.constant(null),
    fc.boolean(),
    safeNumber,
    anyText,
    fc.array(tie('value'), { maxLength: 5, depthIdentifier: 'json' }),
    fc.dictionary(safeKey, tie('value'), { maxKeys: 5, depthIdentifier: 'json' }),
  ),
})).value;

/** The same value with the keys of every object put in another order. */
export function withKeysReversed(value: JsonValue): JsonValue {
  if (value === null || typeof value !== 'object') return value;
  if (Array.isArray(value)) return value.map(withKeysReversed);
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([key, member]) => [key, withKeysReversed(member)]),
  );
}
