import { isJsonArray, type JsonSchema, type JsonValue } from '../domain/json.ts';
import { type Check, compileCheck } from '../schema/checker.ts';
import { typesOf } from '../schema/profile.ts';
import type { Difference, Versions } from './difference.ts';
import { limitDifferences } from './limits.ts';

/** The keywords that decide whether a scalar fits; what else stands beside them says something to people. */
const DECISIVE = [
  'type',
  'enum',
  'const',
  'minLength',
  'maxLength',
  'pattern',
  'format',
  'minimum',
  'maximum',
  'exclusiveMinimum',
  'exclusiveMaximum',
];

/** The check of a scalar by its own schema. */
export function scalarCheck(schema: JsonSchema): Check {
  return compileCheck(Object.fromEntries(Object.entries(schema).filter(([keyword]) => DECISIVE.includes(keyword))));
}

/** How two scalars differ in what they allow, but for their types and null. */
export function valueDifferences(versions: Versions): readonly Difference[] {
  const before = listedValues(versions.old);
  const after = listedValues(versions.now);
  return before === undefined && after === undefined
    ? constraintDifferences(versions)
    : listDifferences(versions, { before, after });
}

/** Whether null came or went. */
export function nullDifferences({ old, now }: Versions): readonly Difference[] {
  const before = allowsNull(old);
  const after = allowsNull(now);
  if (before === after) return [];
  return [{ rule: after ? 'null-added' : 'null-removed' }];
}

/** An enumeration without null excludes it, whatever the type says. */
function allowsNull(schema: JsonSchema): boolean {
  return typesOf(schema).includes('null') && scalarCheck(schema)(null).length === 0;
}

/** The values that fit, null apart, where they are listed: what is listed and fits nothing else of the schema never comes. */
function listedValues(schema: JsonSchema): readonly JsonValue[] | undefined {
  const { enum: several, const: one } = schema;
  const only = one === undefined ? undefined : [one];
  const listed = isJsonArray(several) ? several : only;
  if (listed === undefined) return undefined;
  const check = scalarCheck(schema);
  return listed.filter((value) => value !== null && check(value).length === 0);
}

interface Lists {
  readonly before: readonly JsonValue[] | undefined;
  readonly after: readonly JsonValue[] | undefined;
}

/**
 * Where one side lists its values, each of them is tried on the other side: exact, where comparing keyword by keyword
 * would take a length that was replaced by a list of short values for loosened.
 */
function listDifferences({ old, now }: Versions, { before, after }: Lists): readonly Difference[] {
  const unfit = (values: readonly JsonValue[] | undefined, schema: JsonSchema): boolean => {
    const check = scalarCheck(schema);
    return values?.some((value) => check(value).length > 0) ?? false;
  };
  const differences: readonly (Difference | false)[] = [
    after === undefined && { rule: 'constraint-loosened', keyword: 'enum' },
    before === undefined && { rule: 'constraint-tightened', keyword: 'enum' },
    unfit(after, old) && { rule: 'enum-value-added' },
    unfit(before, now) && { rule: 'enum-value-removed' },
  ];
  return differences.filter((difference) => difference !== false);
}

function constraintDifferences(versions: Versions): readonly Difference[] {
  return [
    ...limitDifferences(versions),
    ...textDifferences(versions, 'pattern', { rule: 'pattern-changed' }),
    ...textDifferences(versions, 'format', { rule: 'format-changed' }),
  ];
}

/** A pattern or a format: one that is new tightens, one that is gone loosens, another one may do both. */
function textDifferences({ old, now }: Versions, keyword: string, changed: Difference): readonly Difference[] {
  const before = old[keyword];
  const after = now[keyword];
  if (before === after) return [];
  if (before === undefined) return [{ rule: 'constraint-tightened', keyword }];
  return [after === undefined ? { rule: 'constraint-loosened', keyword } : changed];
}
