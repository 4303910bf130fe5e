import type { Contract, Field } from '../domain/contract.ts';
import type { Fault } from '../domain/fault.ts';
import type { Grant, GrantedField } from '../domain/grant.ts';
import { compileFileCheck } from '../schema/checker.ts';
import { typesOf } from '../schema/profile.ts';
import type { Treatment, TreatmentSite } from '../treatment/treatment.ts';
import { TREATMENTS } from '../treatment/treatments.ts';
import { matchParametersOf } from './plan-fields.ts';

type Finding = Omit<Fault, 'file'>;

interface Granting {
  readonly grant: Grant;
  readonly contract: Contract;
}

/** Everything that keeps a grant from being compiled against its contract; names that are not known above all. */
export function grantFindings(grant: Grant, contract: Contract): readonly Finding[] {
  const fieldFindings = grant.fields.flatMap((granted, index) =>
    grantedFieldFindings(granted, { grant, contract }).map((finding) => ({
      ...finding,
      pointer: `/fields/${index}${finding.pointer}`,
    })),
  );
  return [...parameterFindings(grant, contract), ...fieldFindings, ...outputFindings(grant)];
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

function grantedFieldFindings(granted: GrantedField, { grant, contract }: Granting): readonly Finding[] {
  const field = contract.fields.find(({ path }) => path === granted.path);
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
  const treatment = TREATMENTS.get(granted.treatment);
  if (treatment === undefined)
    return [
      {
        pointer: '/treatment',
        message: 'there is no such treatment',
        remedy: `Use one of ${[...TREATMENTS.keys()].join(', ')}.`,
      },
    ];
  return treatmentFindings(granted, {
    field,
    treatment,
    site: {
      schema: field.schema,
      parameters: granted.parameters,
      // One that the grant does not allow never comes, and the field would never come out.
      matchParameters: matchParametersOf(contract, field.path).filter((name) => grant.parameters.includes(name)),
    },
  });
}

interface Use {
  readonly field: Field;
  readonly treatment: Treatment;
  readonly site: TreatmentSite;
}

function treatmentFindings(granted: GrantedField, { field, treatment, site }: Use): readonly Finding[] {
  const wrongParameters = compileFileCheck(treatment.parameters).faults(granted.parameters);
  if (wrongParameters.length > 0) {
    return wrongParameters.map(({ pointer, message }) => ({
      pointer: `/parameters${pointer}`,
      message,
      remedy: `See ${treatment.id} in docs/treatments.md.`,
    }));
  }
  const findings: Finding[] = [];
  const { types, semantics } = treatment.accepts;
  const semantic = field.schema['x-semantic'];
  const accepted = new Set<string>([...types, 'null']);
  if (!typesOf(field.schema).every((type) => accepted.has(type))) {
    findings.push({
      pointer: '/treatment',
      message: `${treatment.id} does not take a field of this type`,
      remedy: `It takes ${types.join(', ')}.`,
    });
  }
  if (semantics !== undefined && !semantics.some((id) => id === semantic)) {
    findings.push({
      pointer: '/treatment',
      message: `${treatment.id} does not understand a field of this meaning`,
      remedy: `It takes ${semantics.join(', ')}; a field without x-semantic is none.`,
    });
  }
  const refused = treatment.refuses?.(site);
  if (refused !== undefined)
    findings.push({ pointer: '/parameters', message: refused, remedy: 'Correct the parameters or the contract.' });
  if (granted.onMismatch === 'redact' && !typesOf(treatment.emits(site)).includes('string')) {
    findings.push({ pointer: '/onMismatch', message: 'only a text can be redacted', remedy: 'Use fail or drop.' });
  }
  if (granted.as !== undefined && granted.path.endsWith('/*')) {
    findings.push({ pointer: '/as', message: 'an item of an array has no key to rename', remedy: 'Leave "as" out.' });
  }
  return findings;
}

function outputFindings({ fields }: Grant): readonly Finding[] {
  const outputs = fields.map(({ path, as }) => (as === undefined ? path : path.replace(/[^/]+$/, as)));
  return outputs.flatMap((output, index) => {
    const clash = outputs.some((other, at) => at !== index && (other === output || other.startsWith(`${output}/`)));
    if (!clash) return [];
    return [
      {
        pointer: `/fields/${index}`,
        message: `two fields leave as ${output}`,
        remedy: 'Give one of them another "as".',
      },
    ];
  });
}
