import { textsOf } from '../contract/texts-of.ts';
import { isJsonObject } from '../domain/json.ts';
import { isAtMost, NOTHING } from '../domain/precision.ts';
import { namedPrecision } from '../semantic/precisions.ts';
import { semanticTypeOf } from '../semantic/semantic-types.ts';
import { type Disclosure, isExact } from './disclosures.ts';

/** A field that names nobody, and how many different values it has at the finest precision that it is given in. */
export interface QuasiFact {
  readonly disclosure: Disclosure;
  readonly values: number;
}

export function quasiFactsOf(disclosures: readonly Disclosure[]): readonly QuasiFact[] {
  return disclosures.flatMap((disclosure) => {
    const values = valuesOf(disclosure);
    return values > 1 ? [{ disclosure, values }] : [];
  });
}

/** How many combinations there are, as if the facts were independent. One that is told from another is no second fact. */
export function combinationsOf(facts: readonly QuasiFact[]): number {
  return facts
    .filter(
      ({ disclosure }) =>
        !facts.some((other) => textsOf(disclosure.schema['x-derived-from']).includes(other.disclosure.path)),
    )
    .reduce((product, { values }) => product * values, 1);
}

export function isNamed(disclosures: readonly Disclosure[]): boolean {
  return disclosures.some((one) => isExact(one) && semanticTypeOf(one.schema)?.identifies !== undefined);
}

function valuesOf({ schema, known }: Disclosure): number {
  const counts = schema['x-quasi-identifier'];
  if (!isJsonObject(counts)) return 1;
  const given = Object.entries(counts)
    .filter(([name]) => isAtMost(namedPrecision(schema, name) ?? NOTHING, known))
    .map(([, count]) => Number(count));
  return Math.max(1, ...given);
}
