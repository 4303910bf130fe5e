import type { JsonSchema, JsonValue } from '../domain/json.ts';
import { typesOf } from '../schema/profile.ts';
import type { RandomSource } from './seeded-random.ts';

// What a field may hold without a bound, and how far from its lower bound most values stay: one of sixteen digits says
// nothing to whoever looks at it.
const USUAL_SPAN = 1_000_000;

/** A number between the bounds of its schema; often the least, since so many rules are about nought. */
export function drawNumber(schema: JsonSchema, random: RandomSource): number | undefined {
  const [least, most] = rangeOf(schema);
  if (least > most) return undefined;
  if (typesOf(schema).includes('integer')) return drawInteger(Math.ceil(least), Math.floor(most), random);
  const whole = drawInteger(Math.ceil(least), Math.floor(most), random);
  const between = least + (most - least) * (random.integer(1, 999) / 1000);
  const written = Math.round(between * 100) / 100;
  const fraction = written >= least && written <= most ? written : between;
  return whole === undefined || random.chance(0.5) ? fraction : whole;
}

function drawInteger(least: number, most: number, random: RandomSource): number | undefined {
  if (least > most) return undefined;
  if (random.chance(0.15)) return least;
  const span = Math.min(most - least, 10 ** random.integer(1, 6));
  return least + random.integer(0, span);
}

/** Exclusive bounds of integers are moved by one; those of other numbers are left out by the check that follows. */
function rangeOf(schema: JsonSchema): readonly [least: number, most: number] {
  const isWhole = typesOf(schema).includes('integer');
  const { minimum, maximum, exclusiveMinimum, exclusiveMaximum } = schema;
  const above = bounds(exclusiveMinimum).map((bound) => (isWhole ? Math.floor(bound) + 1 : bound));
  const under = bounds(exclusiveMaximum).map((bound) => (isWhole ? Math.ceil(bound) - 1 : bound));
  return unbounded(Math.max(...bounds(minimum), ...above), Math.min(...bounds(maximum), ...under));
}

function unbounded(least: number, most: number): readonly [number, number] {
  if (Number.isFinite(least)) return [least, Number.isFinite(most) ? most : least + USUAL_SPAN];
  return Number.isFinite(most) ? [most - USUAL_SPAN, most] : [0, USUAL_SPAN];
}

function bounds(value: JsonValue | undefined): readonly number[] {
  return typeof value === 'number' ? [value] : [];
}
