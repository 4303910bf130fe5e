import { textsOf } from '../contract/texts-of.ts';
import type { Contract, Field } from '../domain/contract.ts';
import type { TreatedField } from '../domain/grant.ts';
import type { JsonSchema } from '../domain/json.ts';
import type { Plan } from '../domain/plan.ts';
import { isAtMost, type Precision } from '../domain/precision.ts';
import { HIERARCHIES } from '../semantic/hierarchies.ts';
import { exactPrecision } from '../semantic/precisions.ts';
import { meaningOf } from '../semantic/semantic-types.ts';
import type { Treatment, TreatmentSite } from '../treatment/treatment.ts';
import { TREATMENTS } from '../treatment/treatments.ts';

/** One field that a department gets in some form, and what it knows by it. */
export interface Disclosure {
  readonly grant: string;
  /** `department.resource`, whatever the version of its contract. */
  readonly resource: string;
  readonly path: string;
  readonly schema: JsonSchema;
  /** Whose it is: two of one subject are about the same person or organisation. */
  readonly subject: string;
  readonly treated: TreatedField;
  readonly treatment: Treatment;
  readonly known: Precision;
}

export function disclosuresOf(plans: readonly Plan[]): readonly Disclosure[] {
  return plans.flatMap(({ grant, contract, treated }) =>
    treated.flatMap((field) => {
      const found = contract.fields.find(({ path }) => path === field.path);
      const treatment = TREATMENTS.get(field.treatment);
      if (found === undefined || treatment === undefined) return [];
      const { path, schema } = found;
      const known = treatment.reveals(siteOf({ schema, treated: field }));
      const subject = subjectOf(contract, found);
      const resource = contract.id.slice(0, contract.id.lastIndexOf('.'));
      return [{ grant: grant.id, resource, path, schema, subject, treated: field, treatment, known }];
    }),
  );
}

/** Where its treatment is at work; parameters of the query play no part in what the linter asks of it. */
export function siteOf({ schema, treated }: Pick<Disclosure, 'schema' | 'treated'>): TreatmentSite {
  return { schema, parameters: treated.parameters, matchParameters: [] };
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

/** Something that stands for the value, the same wherever the value is the same. */
export function isSurrogate({ treatment }: Disclosure): boolean {
  return treatment.technique === 'pseudonymisation' || treatment.technique === 'encryption';
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

type Groups = readonly (readonly Disclosure[])[];

export function bySubject(disclosures: readonly Disclosure[]): Groups {
  return grouped(disclosures, ({ subject }) => subject);
}

/** Several disclosures of one field of one resource, in whatever grants. */
export function byField(disclosures: readonly Disclosure[]): Groups {
  return grouped(disclosures, ({ resource, path }) => `${resource} ${path}`);
}

function grouped(disclosures: readonly Disclosure[], keyOf: (disclosure: Disclosure) => string): Groups {
  const groups = new Map<string, Disclosure[]>();
  for (const disclosure of disclosures) {
    const key = keyOf(disclosure);
    groups.set(key, [...(groups.get(key) ?? []), disclosure]);
  }
  return [...groups.values()];
}

export function placesOf(disclosures: readonly Disclosure[]): readonly { grant: string; path: string }[] {
  return disclosures.map(({ grant, path }) => ({ grant, path }));
}
