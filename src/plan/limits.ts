import { textsOf } from '../contract/texts-of.ts';
import type { Ceiling } from '../domain/ceiling.ts';
import { isAbove, isClassification } from '../domain/classification.ts';
import type { JsonSchema } from '../domain/json.ts';
import { isAtMost, join, meet, NOTHING, type Precision } from '../domain/precision.ts';
import { exactPrecision, namedPrecision, precisionLabel } from '../semantic/precisions.ts';
import { meaningOf } from '../semantic/semantic-types.ts';
import type { Granting } from './granting.ts';

/** Who says how much of a field may be seen at most: from the field itself outwards. */
export const LAYERS = ['floor', 'legal-basis', 'purpose', 'clearance', 'department'] as const;
export type Layer = (typeof LAYERS)[number];

export interface Limit {
  readonly layer: Layer;
  /** Id of whose limit it is: a legal basis, a purpose, a department; empty for the field's own floor. */
  readonly of: string;
  readonly most: Precision;
}

type Parties = Pick<Granting, 'purpose' | 'consumer'>;

/** Everything that limits the field for this purpose and department; what limits nothing is not among it. */
export function limitsOf(schema: JsonSchema, { purpose, consumer }: Parties): readonly Limit[] {
  const floor = schema['x-floor'];
  const limits: readonly Limit[] = [
    ...(floor === undefined ? [] : [{ layer: 'floor' as const, of: '', most: named(schema, textsOf(floor)) }]),
    ...purpose.legalBasis.flatMap(({ id, ceiling }): Limit[] =>
      ceiling === undefined ? [] : [{ layer: 'legal-basis', of: id, most: under(schema, ceiling) }],
    ),
    { layer: 'purpose', of: purpose.id, most: under(schema, purpose.ceiling) },
    { layer: 'clearance', of: consumer.id, most: clearedFor(schema, consumer.clearance) },
    ...(consumer.ceiling === undefined
      ? []
      : [{ layer: 'department' as const, of: consumer.id, most: under(schema, consumer.ceiling) }]),
  ];
  const exact = exactPrecision(schema);
  return limits.filter(({ most }) => !isAtMost(exact, most));
}

/** What is left of the field when every limit is kept. */
export function boundOf(schema: JsonSchema, limits: readonly Limit[]): Precision {
  return limits.reduce((bound, { most }) => meet(bound, most), exactPrecision(schema));
}

/** The limits that a precision is over, in words. */
export function brokenLimits(schema: JsonSchema, asked: Precision, limits: readonly Limit[]): readonly string[] {
  return limits
    .filter(({ most }) => !isAtMost(asked, most))
    .map(
      ({ layer, of, most }) =>
        `${[layer, of].filter((word) => word !== '').join(' ')} (${precisionLabel(schema, most)})`,
    );
}

function named(schema: JsonSchema, names: readonly string[]): Precision {
  return names.reduce((all, name) => join(all, namedPrecision(schema, name) ?? NOTHING), NOTHING);
}

function under(schema: JsonSchema, ceiling: Ceiling): Precision {
  const names = ceiling[meaningOf(schema)] ?? ceiling['*'] ?? [];
  return named(schema, names);
}

const YES_OR_NO = ['exists', 'match', 'threshold'];

function clearedFor(schema: JsonSchema, clearance: Granting['consumer']['clearance']): Precision {
  const { 'x-classification': classification } = schema;
  const cleared = isClassification(classification) && !isAbove(classification, clearance);
  return cleared ? exactPrecision(schema) : named(schema, YES_OR_NO);
}
