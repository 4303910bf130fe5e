import type { Contract, Field } from '../domain/contract.ts';
import type { TreatedField } from '../domain/grant.ts';
import { isJsonArray, type JsonSchema } from '../domain/json.ts';
import type { PlannedField } from '../domain/plan.ts';
import type { ScopedKeys } from '../domain/treatment-keys.ts';
import { isPlainPath } from '../schema/form.ts';
import { typesOf } from '../schema/profile.ts';
import { precisionLabel } from '../semantic/precisions.ts';
import type { SubjectParameter } from '../treatment/treatment.ts';
import { TREATMENTS } from '../treatment/treatments.ts';
import { leafProjection, type Projection, REDACTED } from './projection.ts';

export interface Site {
  readonly schema: JsonSchema;
  /** Where it stands in the record, and where it will stand in the answer. */
  readonly path: string;
  readonly output: string;
}

/** What all fields of a plan are planned with. */
export interface Planning {
  readonly contract: Contract;
  readonly granted: readonly TreatedField[];
  readonly keys: ScopedKeys;
}

export function planLeaf(planning: Planning, granted: TreatedField, { schema, path, output }: Site): Projection {
  const treatment = TREATMENTS.get(granted.treatment);
  if (treatment === undefined) throw new TypeError('planned with an unchecked treatment');
  const site = {
    schema,
    parameters: granted.parameters,
    matchParameters: matchParametersOf(planning.contract, path),
    subject: subjectOf(planning.contract, path),
  };
  const emitted = treatment.emits(site);
  const known = treatment.reveals(site);
  const field: PlannedField = {
    output,
    path,
    treatment: `${treatment.id}@${treatment.version}`,
    precision: precisionLabel(schema, known),
  };
  return {
    schema: treatment.answersForMissing
      ? emitted
      : nullableLike(schema, granted.onMismatch === 'redact' ? orRedacted(emitted) : emitted),
    required: !treatment.optional && granted.onMismatch !== 'drop',
    answersForMissing: treatment.answersForMissing,
    fields: [field],
    project: leafProjection({
      field,
      treat: treatment.compile(site, planning.keys),
      answersForMissing: treatment.answersForMissing,
      onMismatch: granted.onMismatch,
    }),
  };
}

export function matchParametersOf({ parameters }: Contract, path: string): readonly string[] {
  return parameters.filter(({ use, field }) => use === 'match' && field === path).map(({ name }) => name);
}

/**
 * The parameters that name whose record it is, if the field is about them: not below a list, a map or a choice, and of
 * nobody else by x-subject.
 */
export function subjectOf({ parameters, fields }: Contract, path: string): readonly SubjectParameter[] {
  const fieldAt = (at: string): Field | undefined => fields.find((field) => field.path === at);
  const field = fieldAt(path);
  if (field === undefined || !isPlainPath(path)) return [];
  const filters = parameters.filter(({ use, required }) => use === 'filter' && required);
  const named = filters.flatMap(({ name, field: at }) => {
    const schema = fieldAt(at)?.schema;
    return schema !== undefined && schema['x-subject'] === field.schema['x-subject'] ? [{ name, schema }] : [];
  });
  return named.length === filters.length ? named : [];
}

/** Null where the record may have null: a missing value stays missing, whatever the treatment. */
export function nullableLike(original: JsonSchema, derived: JsonSchema): JsonSchema {
  if (!typesOf(original).includes('null') || typesOf(derived).includes('null')) return derived;
  if (derived['anyOf'] !== undefined && isJsonArray(derived['anyOf']))
    return { anyOf: [...derived['anyOf'], { type: 'null' }] };
  return { anyOf: [derived, { type: 'null' }] };
}

function orRedacted(schema: JsonSchema): JsonSchema {
  return { anyOf: [schema, { type: 'string', const: REDACTED }] };
}
