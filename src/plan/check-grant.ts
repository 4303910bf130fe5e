import { highest, isAbove, isClassification, MOST_UNSEALED } from '../domain/classification.ts';
import type { Contract } from '../domain/contract.ts';
import type { Fault } from '../domain/fault.ts';
import type { Grant, GrantedField } from '../domain/grant.ts';
import type { JsonSchema, JsonValue } from '../domain/json.ts';
import { typesOf } from '../schema/profile.ts';
import { isSameValue } from '../semantic/same-value.ts';
import { outputFindings } from './check-outputs.ts';
import { treatmentFindings } from './check-treatment.ts';
import type { Granting } from './granting.ts';
import { limitFindings, settleField } from './settle-field.ts';

type Finding = Omit<Fault, 'file'>;

/** Everything that keeps a grant from being compiled against its contract; names that are not known above all. */
export function grantFindings(granting: Granting): readonly Finding[] {
  const { grant, contract } = granting;
  const fieldFindings = grant.fields.flatMap((granted, index) =>
    grantedFieldFindings(granted, granting).map((finding) => ({
      ...finding,
      pointer: `/fields/${index}${finding.pointer}`,
    })),
  );
  return [
    ...parameterFindings(grant, contract),
    ...fieldFindings,
    ...outputFindings(grant, contract),
    ...rowFindings(grant, contract),
    ...answerFindings(grant, contract),
  ];
}

/** By the fields as the source has them: a mask is no reason to trust a connection more. */
function answerFindings({ answer, fields }: Grant, contract: Contract): readonly Finding[] {
  if (answer === undefined) return [];
  const granted = contract.fields.filter(({ path }) => fields.some((field) => field.path === path));
  const levels = granted.map(({ schema }) => schema['x-classification']).filter(isClassification);
  const tooHigh = isAbove(contract.classification, 'general-4') || isAbove(highest(levels), MOST_UNSEALED);
  if (!tooHigh) return [];
  return [
    {
      pointer: '/answer',
      message: `a contract or a field graded above ${MOST_UNSEALED} leaves sealed only`,
      remedy: 'Take `answer` out: the caller then gets application/jose.',
    },
  ];
}

function parameterFindings(grant: Grant, { parameters }: Contract): readonly Finding[] {
  const known = new Set(parameters.map(({ name }) => name));
  const unknown = grant.parameters.filter((name) => !known.has(name));
  const missing = parameters.filter(({ name, required }) => required && !grant.parameters.includes(name));
  return [
    ...unknown.map((name) => ({
      pointer: '/parameters',
      message: `the contract has no parameter ${name}`,
      remedy: 'Name parameters of its query.',
    })),
    ...missing.map(({ name }) => ({
      pointer: '/parameters',
      message: `the parameter ${name}, which the query requires, is not granted`,
      remedy: 'Add it.',
    })),
  ];
}

function grantedFieldFindings(granted: GrantedField, granting: Granting): readonly Finding[] {
  const field = granting.contract.fields.find(({ path }) => path === granted.path);
  if (field === undefined) {
    return [
      {
        pointer: '/path',
        message: 'the contract has no such field',
        remedy:
          'Name a leaf of the record: whoever is granted a whole object would be granted what is added to it later.',
      },
    ];
  }
  const settled = settleField(granted, field, granting);
  if ('findings' in settled) return settled.findings;
  const { treated } = settled;
  const findings = treatmentFindings(treated, field, granting);
  // Only a treatment that fits the field can say how much it tells.
  return findings.length > 0 ? findings : limitFindings(treated, field, granting);
}

/** Rows are chosen by what a record says of itself, never by an item of a list in it. */
function rowFindings({ rows = [] }: Grant, contract: Contract): readonly Finding[] {
  return rows.flatMap(({ path, equals }, index): Finding[] => {
    const field = contract.fields.find((known) => known.path === path);
    const at = { pointer: `/rows/${index}` };
    if (field === undefined)
      return [
        { ...at, message: 'the contract has no such field outside arrays', remedy: 'Name a leaf of the record.' },
      ];
    // A value that the field cannot hold would shut every record out, and look like a register without them.
    if (equals.every((value) => isSameValue(field.schema, value, value) && typeFits(field.schema, value))) return [];
    return [{ ...at, message: 'a value is none that the field can hold', remedy: 'Write it as the contract does.' }];
  });
}

function typeFits(schema: JsonSchema, value: JsonValue): boolean {
  const types = typesOf(schema);
  return typeof value === 'number'
    ? types.includes('number') || types.includes('integer')
    : types.includes(typeof value);
}
