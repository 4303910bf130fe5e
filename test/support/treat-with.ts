import type { JsonObject, JsonSchema, JsonValue } from '../../src/domain/json.ts';
import type { Precision } from '../../src/domain/precision.ts';
import type { ScopedKeys } from '../../src/domain/treatment-keys.ts';
import type { Circumstances, Treated, TreatmentSite } from '../../src/treatment/treatment.ts';
import { TREATMENTS } from '../../src/treatment/treatments.ts';
import { ASKED_NOTHING } from './circumstances.ts';
import { SCOPED_KEYS } from './treatment-keys.ts';

export interface Using {
  readonly reveals: Precision;
  readonly refused: string | undefined;
  out(value: JsonValue | undefined, circumstances?: Circumstances): Treated;
}

/** A treatment as a grant would use it on a field of that meaning. */
export function treatWith(
  id: string,
  schema: JsonSchema,
  parameters: JsonObject,
  more: { readonly subject?: TreatmentSite['subject']; readonly keys?: ScopedKeys } = {},
): Using {
  const treatment = TREATMENTS.get(id);
  if (treatment === undefined) throw new Error(`there is no treatment ${id}`);
  const site = {
    schema,
    parameters,
    matchParameters: [],
    ...(more.subject === undefined ? {} : { subject: more.subject }),
  };
  const treat = treatment.compile(site, more.keys ?? SCOPED_KEYS);
  return {
    reveals: treatment.reveals(site),
    refused: treatment.refuses?.(site),
    out: (value, circumstances = ASKED_NOTHING) => treat(value, circumstances),
  };
}
