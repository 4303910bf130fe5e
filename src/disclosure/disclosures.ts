import { textsOf } from '../contract/texts-of.ts';
import type { Contract, Field } from '../domain/contract.ts';
import type { TreatedField } from '../domain/grant.ts';
import type { JsonSchema } from '../domain/json.ts';
import type { Plan } from '../domain/plan.ts';
import { isAtMost, NOTHING, type Precision } from '../domain/precision.ts';
import { HIERARCHIES } from '../semantic/hierarchies.ts';
import { exactPrecision } from '../semantic/precisions.ts';
import { meaningOf } from '../semantic/semantic-types.ts';
import { TREATMENTS } from '../treatment/treatments.ts';

/** One field that a department gets in some form, and what it knows by it. */
export interface Disclosure {
  readonly grant: string;
  readonly path: string;
  readonly schema: JsonSchema;
  /** Whose it is: two of one subject are about the same person or organisation. */
  readonly subject: string;
  readonly treated: TreatedField;
  readonly known: Precision;
}

export function disclosuresOf(plans: readonly Plan[]): readonly Disclosure[] {
  return plans.flatMap(({ grant, contract, treated }) =>
    treated.flatMap((field) => {
      const found = contract.fields.find(({ path }) => path === field.path);
      if (found === undefined) return [];
      const site = { schema: found.schema, parameters: field.parameters, matchParameters: [] };
      const known = TREATMENTS.get(field.treatment)?.reveals(site) ?? NOTHING;
      const { path, schema } = found;
      return [{ grant: grant.id, path, schema, subject: subjectOf(contract, found), treated: field, known }];
    }),
  );
}

/**
 * Records of two contracts that are found by the same kind of number are taken to be about the same person: whoever
 * holds the number can ask for both. What stands in a list is about somebody else than the record.
 */
function subjectOf({ id, parameters, fields }: Contract, { path, schema }: Field): string {
  const list = path.lastIndexOf('/*');
  const filter = parameters.find(({ use, required }) => use === 'filter' && required);
  const key = meaningOf(fields.find((field) => field.path === filter?.field)?.schema ?? {});
  const record = list >= 0 ? `${id}${path.slice(0, list)}` : key === 'untyped' ? id : key;
  return [record, ...textsOf(schema['x-subject'])].join(' ');
}

export function isExact({ schema, known }: Disclosure): boolean {
  return isAtMost(exactPrecision(schema), known);
}

/** Values that somebody can go through one by one: a yes or no about each tells which it is. */
export function isEnumerable(schema: JsonSchema): boolean {
  const semantic = schema['x-semantic'];
  const few = ['sex', 'age', 'date', 'date.birth', 'cn.area-code', ...Object.keys(HIERARCHIES)];
  return (
    schema['enum'] !== undefined ||
    schema['format'] === 'date' ||
    [schema['type']].flat().includes('boolean') ||
    (typeof semantic === 'string' && few.includes(semantic))
  );
}

export function bySubject(disclosures: readonly Disclosure[]): readonly (readonly Disclosure[])[] {
  const groups = new Map<string, Disclosure[]>();
  for (const disclosure of disclosures)
    groups.set(disclosure.subject, [...(groups.get(disclosure.subject) ?? []), disclosure]);
  return [...groups.values()];
}

export function placesOf(disclosures: readonly Disclosure[]): readonly { grant: string; path: string }[] {
  return disclosures.map(({ grant, path }) => ({ grant, path }));
}
