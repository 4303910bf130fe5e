import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compareSchemas } from '../../../src/compatibility/compare-schemas.ts';
import { CHANGES, type Side } from '../../../src/compatibility/rules.ts';
import { isJsonArray, isJsonObject, type JsonSchema, type JsonValue } from '../../../src/domain/json.ts';
import { formOf } from '../../../src/schema/form.ts';
import { choices, chooserOf, makeObject, mutated } from './generate-schemas.ts';
import { checkOf, sample } from './sample-values.ts';

const RUNS = Number(process.env['SHUQIAO_PROPERTY_RUNS'] ?? 1000);
const SAMPLES = 12;
const MINUTES = 60_000;

interface Pair {
  readonly old: JsonSchema;
  readonly now: JsonSchema;
  /** Made of each, and fitting it. */
  readonly oldValues: readonly JsonValue[];
  readonly newValues: readonly JsonValue[];
}

function pairOf(made: readonly number[]): Pair {
  const chooser = chooserOf(made);
  const old = makeObject(chooser);
  const now = mutated(old, chooser);
  const valuesOf = (schema: JsonSchema): readonly JsonValue[] => {
    const check = checkOf(schema);
    const values = Array.from({ length: SAMPLES }, () => sample(schema, chooser));
    return values.filter((value) => value !== undefined && check(value).length === 0) as JsonValue[];
  };
  return { old, now, oldValues: valuesOf(old), newValues: valuesOf(now) };
}

/** What somebody reads who knows the old schema alone: he leaves out the properties that it does not name. */
function asReadBy(schema: JsonSchema, value: JsonValue): JsonValue {
  const form = formOf(schema);
  if (form.kind === 'array' && isJsonArray(value)) return value.map((item) => asReadBy(form.items, item));
  if (!isJsonObject(value)) return value;
  if (form.kind === 'choice') {
    const variant = form.variants.find((known) => known.value === value[form.discriminator]);
    return variant === undefined ? value : asReadBy(variant.schema, value);
  }
  if (form.kind === 'map')
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, asReadBy(form.values, item)]));
  if (form.kind !== 'object') return value;
  return Object.fromEntries(
    form.properties.flatMap(([name, below]) => {
      const member = value[name];
      return member === undefined ? [] : [[name, asReadBy(below, member)]];
    }),
  );
}

function isSafe({ old, now }: Pair, side: Side): boolean {
  return compareSchemas({ old, now }).every(({ rule }) => CHANGES[rule][side] !== 'error');
}

/** Whether some value shows that old readers, or old callers, are broken. */
const isBroken: Readonly<Record<Side, (pair: Pair) => boolean>> = {
  response: ({ old, newValues }) => {
    const check = checkOf(old);
    return newValues.some((value) => check(asReadBy(old, value)).length > 0);
  },
  request: ({ now, oldValues }) => {
    const check = checkOf(now);
    return oldValues.some((value) => check(value).length > 0);
  },
};

describe('of any two versions of a schema', () => {
  it.each([
    ['response', 'whatever fits the new one can be read by the old one'],
    ['request', 'whatever fitted the old one fits the new one'],
  ] as const)(
    `that are called %s-safe, %s (${RUNS} pairs)`,
    (side, _guarantee) => {
      const seen = { safeThoughChanged: 0, shownToBeUnsafe: 0, values: 0 };
      fc.assert(
        fc.property(choices, (made) => {
          const pair = pairOf(made);
          seen.values += pair.oldValues.length + pair.newValues.length;
          const broken = isBroken[side](pair);
          if (isSafe(pair, side)) {
            seen.safeThoughChanged += JSON.stringify(pair.old) === JSON.stringify(pair.now) ? 0 : 1;
            expect(broken).toBe(false);
            return;
          }
          seen.shownToBeUnsafe += broken ? 1 : 0;
        }),
        { numRuns: RUNS },
      );
      // If nothing changed were ever safe, or the values too tame to break anything, this would prove nothing.
      expect(seen.values).toBeGreaterThan(RUNS * 5);
      expect(seen.safeThoughChanged).toBeGreaterThan(RUNS / 10);
      expect(seen.shownToBeUnsafe).toBeGreaterThan(RUNS / 10);
    },
    10 * MINUTES,
  );

  it('nothing changed between a schema and itself', () => {
    fc.assert(
      fc.property(choices, (made) => {
        const schema = makeObject(chooserOf(made));
        expect(compareSchemas({ old: schema, now: structuredClone(schema) })).toEqual([]);
      }),
    );
  });
});
