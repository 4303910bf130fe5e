import { textsOf } from '../contract/texts-of.ts';
import { canonicalJson } from '../domain/canonical-json.ts';
import { CLASSIFICATIONS, SECRETS } from '../domain/classification.ts';
import { isJsonArray, type JsonSchema, type JsonValue } from '../domain/json.ts';
import { isAtMost, join, NOTHING, type Precision } from '../domain/precision.ts';
import { exactPrecision, namedPrecision } from '../semantic/precisions.ts';
import type { Difference, Versions } from './difference.ts';
import type { ChangeId } from './rules.ts';

type Rule = (versions: Versions) => ChangeId;

const always =
  (rule: ChangeId): Rule =>
  () =>
    rule;
const meaning =
  (keyword: string): Rule =>
  ({ old }) =>
    old[keyword] === undefined ? 'meaning-added' : 'meaning-changed';

/** What it means that an annotation is another one, came or went. */
const ANNOTATION_RULES: Readonly<Record<string, Rule>> = {
  'x-semantic': meaning('x-semantic'),
  'x-unit': meaning('x-unit'),
  'x-classification': ({ old, now }) =>
    sensitivity(now) > sensitivity(old) ? 'classification-raised' : 'classification-lowered',
  'x-floor': ({ old, now }) => (isAtMost(floorOf(now), floorOf(old)) ? 'floor-tightened' : 'floor-weakened'),
  'x-subject': always('disclosure-changed'),
  'x-derived-from': always('disclosure-changed'),
  'x-quasi-identifier': always('disclosure-changed'),
  'x-filter': always('parameter-use-changed'),
  'x-match': always('parameter-use-changed'),
  title: always('text-changed'),
  description: always('text-changed'),
  $comment: always('text-changed'),
  examples: always('text-changed'),
};

/** Keywords that are compared elsewhere, and the bound of a recursion, which is unfolded before anything is compared. */
const ELSEWHERE = new Set([
  'type',
  'enum',
  'const',
  'properties',
  'required',
  'additionalProperties',
  'propertyNames',
  'minProperties',
  'maxProperties',
  'oneOf',
  'discriminator',
  'items',
  'minItems',
  'maxItems',
  'minLength',
  'maxLength',
  'pattern',
  'format',
  'minimum',
  'maximum',
  'exclusiveMinimum',
  'exclusiveMaximum',
  'x-max-depth',
]);

/** How annotations differ, and every keyword that nobody compares. Each rule once, however many texts changed. */
export function annotationDifferences({ old, now }: Versions): readonly Difference[] {
  const changed = [...new Set([...Object.keys(old), ...Object.keys(now)])].filter(
    (keyword) => !ELSEWHERE.has(keyword) && spelling(old[keyword]) !== spelling(now[keyword]),
  );
  const differences = changed.map((keyword): Difference => {
    const rule = Object.hasOwn(ANNOTATION_RULES, keyword) ? ANNOTATION_RULES[keyword] : undefined;
    return rule === undefined ? { rule: 'unknown-changed', keyword } : { rule: rule({ old, now }), keyword };
  });
  return differences.filter(({ rule }, at) => rule !== 'text-changed' || at === differences.findIndex(isText));
}

function isText({ rule }: Difference): boolean {
  return rule === 'text-changed';
}

/** One text for equal values; a list of annotations is a set, and one member is the same as it alone. */
function spelling(value: JsonValue | undefined): string | undefined {
  if (value === undefined) return undefined;
  return isJsonArray(value) ? value.map(canonicalJson).sort().join(',') : canonicalJson(value);
}

/** Most sensitive first; secrets, which no contract may hold, above all. */
const GRADES: readonly JsonValue[] = [...SECRETS, ...CLASSIFICATIONS];

/** Higher is more sensitive; without a classification, nothing. */
function sensitivity({ 'x-classification': grade }: JsonSchema): number {
  const at = GRADES.findIndex((known) => known === grade);
  return at < 0 ? 0 : GRADES.length - at;
}

/** The most that any grant may show: everything without a floor, or where it names what the field has no precision for. */
function floorOf(schema: JsonSchema): Precision {
  const exact = exactPrecision(schema);
  if (schema['x-floor'] === undefined) return exact;
  return textsOf(schema['x-floor']).reduce((all, name) => join(all, namedPrecision(schema, name) ?? exact), NOTHING);
}
