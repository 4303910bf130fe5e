import type { Field } from '../domain/contract.ts';
import type { Fault } from '../domain/fault.ts';
import type { TreatedField } from '../domain/grant.ts';
import { type FileCheck, fileCheck } from '../schema/checker.ts';
import { typesOf } from '../schema/profile.ts';
import { meaningOf } from '../semantic/semantic-types.ts';
import type { Treatment, TreatmentSite } from '../treatment/treatment.ts';
import { TREATMENTS } from '../treatment/treatments.ts';
import { placeFindings } from './check-outputs.ts';
import type { Granting } from './granting.ts';
import { subjectOf } from './plan-leaf.ts';
import { grantedMatches } from './settle-field.ts';

type Finding = Omit<Fault, 'file'>;

// Making one takes longer than everything else that is checked of a field.
const PARAMETER_CHECKS: ReadonlyMap<string, FileCheck<unknown>> = new Map(
  [...TREATMENTS.values()].map(({ id, parameters }) => [id, fileCheck(parameters)]),
);

/** What is wrong with this treatment for this field. */
export function treatmentFindings(treated: TreatedField, field: Field, granting: Granting): readonly Finding[] {
  const treatment = TREATMENTS.get(treated.treatment);
  if (treatment === undefined)
    return [
      {
        pointer: '/treatment',
        message: 'there is no such treatment',
        remedy: `Use one of ${[...TREATMENTS.keys()].join(', ')}.`,
      },
    ];
  const wrongParameters = PARAMETER_CHECKS.get(treatment.id)?.faults(treated.parameters) ?? [];
  if (wrongParameters.length > 0) {
    return wrongParameters.map(({ pointer, message }) => ({
      pointer: `/parameters${pointer}`,
      message,
      remedy: `See ${treatment.id} in docs/treatments.md.`,
    }));
  }
  const site: TreatmentSite = {
    schema: field.schema,
    parameters: treated.parameters,
    matchParameters: grantedMatches(field, granting),
    subject: subjectOf(granting.contract, field.path),
  };
  const findings = [...acceptanceFindings(treatment, site), ...keyFindings(treatment, granting)];
  // Of a field that it does not take, a treatment cannot say what it would make.
  if (findings.length > 0) return findings;
  return [...mismatchFindings(treated, treatment, site), ...placeFindings(treated, treatment.emits(site))];
}

function acceptanceFindings({ id, accepts, refuses }: Treatment, site: TreatmentSite): readonly Finding[] {
  const { types, semantics } = accepts;
  const accepted = new Set<string>([...types, 'null']);
  if (!typesOf(site.schema).every((type) => accepted.has(type))) {
    return [
      {
        pointer: '/treatment',
        message: `${id} does not take a field of this type`,
        remedy: `It takes ${types.join(', ')}.`,
      },
    ];
  }
  const semantic = meaningOf(site.schema);
  if (semantics !== undefined && !semantics.some((known) => known === semantic)) {
    return [
      {
        pointer: '/treatment',
        message: `${id} does not understand a field of this meaning`,
        remedy: `It takes ${semantics.join(', ')}; a field without x-semantic is untyped.`,
      },
    ];
  }
  const refused = refuses?.(site);
  if (refused === undefined) return [];
  return [{ pointer: '/parameters', message: refused, remedy: 'Correct the parameters or the contract.' }];
}

function keyFindings({ id, keyed }: Treatment, { keys }: Granting): readonly Finding[] {
  if (!keyed || keys !== undefined) return [];
  return [
    {
      pointer: '/treatment',
      message: `${id} needs a key, and the gateway has none`,
      remedy: 'Run `shuqiao key generate --use treatment`.',
    },
  ];
}

function mismatchFindings({ onMismatch }: TreatedField, treatment: Treatment, site: TreatmentSite): readonly Finding[] {
  const redacts = onMismatch === 'redact';
  if (treatment.onMismatch.includes(onMismatch) && !(redacts && !typesOf(treatment.emits(site)).includes('string')))
    return [];
  const message = redacts ? 'only a text can be redacted' : `${treatment.id} cannot ${onMismatch} a value`;
  return [{ pointer: '/onMismatch', message, remedy: 'Use fail or drop.' }];
}
