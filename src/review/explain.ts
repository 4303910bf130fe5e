import type { Field } from '../domain/contract.ts';
import type { TreatedField } from '../domain/grant.ts';
import type { Plan } from '../domain/plan.ts';
import { isAtMost, isSamePrecision, NOTHING } from '../domain/precision.ts';
import { type Layer, type Limit, limitsOf } from '../plan/limits.ts';
import { exactPrecision, namedPrecision, precisionLabel } from '../semantic/precisions.ts';
import { TREATMENTS } from '../treatment/treatments.ts';
import type { Reason } from './reasons.ts';

/** What one layer says of a field, in the order in which they are asked. */
export interface Verdict {
  readonly layer: Layer | 'grant';
  /** Id of the grant, purpose, legal basis or department; empty for the field's own floor. */
  readonly rule: string;
  /** The most that it allows, by the name of a precision. */
  readonly most: string;
}

/** Why a field of the contract comes out as it does under a plan, or does not. */
export interface Explanation {
  readonly path: string;
  /** Where it stands in an answer; absent if it never does. */
  readonly output?: string;
  readonly treatment?: string;
  readonly precision: string;
  readonly reason: Reason;
  readonly trace: readonly Verdict[];
}

const REASON_OF_LAYER: Readonly<Record<Layer, Reason>> = {
  floor: 'FLOOR_FIELD',
  'legal-basis': 'CEILING_BASIS',
  purpose: 'CEILING_PURPOSE',
  clearance: 'CLEARANCE',
  department: 'CEILING_DEPARTMENT',
};

/** One explanation for each field of the contract, and one for each output where a field leaves as several. */
export function explainPlan(plan: Plan): readonly Explanation[] {
  return plan.contract.fields.flatMap((field): readonly Explanation[] => {
    const limits = limitsOf(field.schema, plan);
    const outputs = plan.fields.filter(({ path }) => path === field.path);
    if (outputs.length === 0)
      return [{ path: field.path, precision: 'none', reason: 'NOT_GRANTED', trace: traceOf(field, limits) }];
    const granted = plan.treated.filter(({ path }) => path === field.path);
    return outputs.map(({ output, treatment, precision }, index) => ({
      path: field.path,
      output,
      treatment,
      precision,
      reason: reasonOf(field, granted[index], limits),
      trace: [
        { layer: 'grant', rule: plan.grant.id, most: granted[index]?.precision ?? precision },
        ...traceOf(field, limits),
      ],
    }));
  });
}

function traceOf({ schema }: Field, limits: readonly Limit[]): readonly Verdict[] {
  return limits.map(({ layer, of, most }) => ({ layer, rule: of, most: precisionLabel(schema, most) }));
}

function reasonOf({ schema }: Field, granted: TreatedField | undefined, limits: readonly Limit[]): Reason {
  if (granted === undefined) return 'NOT_GRANTED';
  const treatment = TREATMENTS.get(granted.treatment);
  const known = treatment?.reveals({ schema, parameters: granted.parameters, matchParameters: [] }) ?? NOTHING;
  const asked = granted.precision === undefined ? known : (namedPrecision(schema, granted.precision) ?? NOTHING);
  // The limit that cut what was asked: the first of them, from the field outwards.
  const cut = isAtMost(asked, known) ? undefined : limits.find(({ most }) => !isAtMost(asked, most));
  if (cut !== undefined) return REASON_OF_LAYER[cut.layer];
  return isSamePrecision(known, exactPrecision(schema)) ? 'EXACT' : 'TREATED';
}
