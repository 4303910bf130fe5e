import type { Field } from '../domain/contract.ts';
import type { Fault } from '../domain/fault.ts';
import type { GrantedField, TreatedField } from '../domain/grant.ts';
import { isAtMost, isSamePrecision, meet, NOTHING, type Precision, precision } from '../domain/precision.ts';
import { namedPrecision, precisionLabel, precisionNames } from '../semantic/precisions.ts';
import { useFor } from '../treatment/candidates.ts';
import { TREATMENTS } from '../treatment/treatments.ts';
import type { Granting } from './granting.ts';
import { boundOf, brokenLimits, limitsOf } from './limits.ts';
import { matchParametersOf } from './plan-leaf.ts';

type Finding = Omit<Fault, 'file'>;

/** A field with what is done to it, or why nothing can be; `isCut` where it is for what the limits leave of it. */
export type Settled =
  | { readonly treated: TreatedField }
  | { readonly findings: readonly Finding[]; readonly isCut: boolean };

/**
 * Decides what is done to a granted field: what the grant says, if no limit is broken by it; or, where the grant names a
 * precision, whatever gives as much of it as the limits leave. A treatment is never weakened or strengthened silently.
 */
export function settleField(granted: GrantedField, field: Field, granting: Granting): Settled {
  const { treatment, precision: name } = granted;
  if (treatment !== undefined && name === undefined) return { treated: { ...granted, treatment } };
  if (name === undefined || treatment !== undefined || Object.keys(granted.parameters).length > 0) {
    return refused('/precision', 'a field has either a treatment, with its parameters, or a precision', 'Keep one.');
  }
  const asked = namedPrecision(field.schema, name);
  if (asked === undefined) {
    const names = precisionNames(field.schema).join(', ');
    return refused('/precision', `the field has no precision ${name}`, `It has ${names}.`);
  }
  const left = meet(asked, boundOf(field.schema, limitsOf(field.schema, granting)));
  const isCut = !isSamePrecision(left, asked);
  const settled = give(granted, { field, given: isCut ? withoutAnswers(left) : asked, granting });
  return 'findings' in settled ? { ...settled, isCut } : settled;
}

// What is left of a value when it is cut is a value; that a question about it could be answered too is not part of it.
const ANSWERS = new Set(['match', 'threshold', 'pseudonym']);

function withoutAnswers(given: Precision): Precision {
  return precision([...given].filter((part) => !ANSWERS.has(part)));
}

interface Giving {
  readonly field: Field;
  readonly given: Precision;
  readonly granting: Granting;
}

function give(granted: GrantedField, { field, given, granting }: Giving): Settled {
  if (isSamePrecision(given, NOTHING))
    return refused('/precision', 'floor and ceilings leave nothing of the field', 'Take it out of the grant.');
  const found = useFor(given, {
    schema: field.schema,
    matchParameters: grantedMatches(field, granting),
  });
  if (found !== undefined) return { treated: { ...granted, ...found } };
  const left = precisionLabel(field.schema, given);
  return refused('/precision', `no treatment gives what is left of the field (${left})`, 'Name a treatment instead.');
}

/** Match parameters of the field that the grant allows: one that it does not allow never comes. */
export function grantedMatches({ path }: Field, { grant, contract }: Granting): readonly string[] {
  return matchParametersOf(contract, path).filter((name) => grant.parameters.includes(name));
}

/** A treatment that tells more than some limit allows. Conflicts are for people to settle, so the plan is not made. */
export function limitFindings(treated: TreatedField, field: Field, granting: Granting): readonly Finding[] {
  const treatment = TREATMENTS.get(treated.treatment);
  if (treatment === undefined) return [];
  const known = treatment.reveals({
    schema: field.schema,
    parameters: treated.parameters,
    matchParameters: grantedMatches(field, granting),
  });
  const limits = limitsOf(field.schema, granting);
  if (isAtMost(known, boundOf(field.schema, limits))) return [];
  return [
    {
      pointer: '/treatment',
      message: `${treatment.id} shows ${precisionLabel(field.schema, known)}, more than allowed by ${brokenLimits(field.schema, known, limits).join(', ')}`,
      remedy: 'Choose a stronger treatment, or have the limit changed by who is responsible for it.',
    },
  ];
}

function refused(pointer: string, message: string, remedy: string): Settled {
  return { findings: [{ pointer, message, remedy }], isCut: false };
}
