import { Type } from '@sinclair/typebox';
import type { JsonObject, JsonSchema } from '../domain/json.ts';
import { readParameters } from './treatment.ts';

/** How ages are put into bands, wherever they come from. */
export const AgeBands = Type.Object(
  {
    width: Type.Union([Type.Literal(5), Type.Literal(10), Type.Literal(20)], { description: 'Years in a band.' }),
    top: Type.Integer({ minimum: 20, maximum: 120, description: 'Whoever is as old or older is in one band.' }),
  },
  { additionalProperties: false },
);

export const AGE_BAND: JsonSchema = { type: 'string', pattern: '^(?:[0-9]{1,3}-[0-9]{1,3}|[0-9]{2,3}[+])$' };

/** The band of an age in whole years: 27 → 25-29, and 85+ for all who are older, because the oldest are few. */
export function bandBy(parameters: JsonObject): (age: number) => string {
  const { width, top } = readParameters(AgeBands, parameters);
  return (age) => {
    if (age >= top) return `${top}+`;
    const from = age - (age % width);
    return `${from}-${Math.min(from + width, top) - 1}`;
  };
}
