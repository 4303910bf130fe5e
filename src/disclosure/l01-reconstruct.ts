import { meaningOf } from '../semantic/semantic-types.ts';
import { bySubject, type Disclosure, isExact, placesOf } from './disclosures.ts';
import { restoredBy } from './masks-laid-together.ts';
import { isWholeNumber, puzzlesOf } from './resident-id-puzzle.ts';
import type { Finding, Holdings, Rule } from './rule.ts';

type Found = Omit<Finding, 'rule'>;

export const reconstruct: Rule = {
  id: 'L1',
  titleEn: 'Several fields make the whole of a value',
  titleZh: '拼接还原',
  explanation:
    'Each of the fields is masked or is only a part; laid together they are the value: the district, the last four and the date of birth; the head of a code from one grant and its tail from another; a number that is masked in one field and stands whole in the next, or as the name of a mailbox. A check digit follows from the rest.',
  find: (holdings) => [...numbers(holdings), ...masks(holdings), ...twice(holdings), ...mailboxes(holdings)],
};

function numbers(holdings: Holdings): readonly Found[] {
  return puzzlesOf(holdings)
    .filter(({ known }) => isWholeNumber(known))
    .map(({ pieces }) => ({
      severity: 'error',
      fields: placesOf(pieces),
      message: 'together these fields are the whole identity number of a person',
      example: '110105********002X and 1949-12-31 are 11010519491231002X',
      candidates: 1,
      remedy: 'Give the date, the district or the last digits less precisely, or ask for a yes or no instead.',
    }));
}

/** Masks of one value, in whatever grants; identity numbers are pieced together with dates and sexes above. */
function masks({ disclosures }: Holdings): readonly Found[] {
  const masked = disclosures.filter(
    ({ treatment, schema }) =>
      treatment.technique === 'suppression' && !treatment.keyed && meaningOf(schema) !== 'cn.resident-id',
  );
  return [...new Set(masked.map(valueOf))].flatMap((value): readonly Found[] => {
    const pieces = masked.filter((one) => valueOf(one) === value);
    if (pieces.length < 2 || disclosures.some((one) => valueOf(one) === value && isExact(one))) return [];
    const restored = restoredBy(pieces);
    if (restored === undefined) return [];
    return [
      {
        severity: restored.always ? 'error' : 'warning',
        fields: placesOf(pieces),
        message: restored.always
          ? 'together these masks hide nothing'
          : 'together these masks hide nothing of a short value',
        example: `${restored.shown.join(' and ')} are ${restored.value}`,
        candidates: 1,
        remedy: 'Keep the same end everywhere, and hide the same part.',
      },
    ];
  });
}

/** One value of one person: fields of two resources with one meaning and one name are taken to hold the same. */
function valueOf({ subject, resource, path, schema }: Disclosure): string {
  const meaning = meaningOf(schema);
  return meaning === 'untyped' ? `${resource} ${path}` : `${subject} ${meaning} ${path.slice(path.lastIndexOf('/'))}`;
}

/** A driving licence and a social security card bear the number of their holder. */
function twice({ plans, disclosures }: Holdings): readonly Found[] {
  return plans.flatMap(({ grant }) => {
    const own = disclosures.filter((one) => one.grant === grant.id && meaningOf(one.schema) === 'cn.resident-id');
    return bySubject(own).flatMap((same): readonly Found[] => {
      const masked = same.filter((one) => one.treatment.technique === 'suppression');
      const whole = same.filter((one) => isExact(one) && masked.every(({ path }) => path !== one.path));
      if (masked.length === 0 || whole.length === 0) return [];
      return [
        {
          severity: 'error',
          fields: placesOf([...masked, ...whole]),
          message: 'the number that is masked in one field stands whole in another',
          example: '110105********002X beside the driving licence 11010519491231002X',
          candidates: 1,
          remedy: 'Mask both, or give the number openly.',
        },
      ];
    });
  });
}

/** 139 and other mailboxes of operators are named by the number of the telephone. */
function mailboxes({ disclosures }: Holdings): readonly Found[] {
  return bySubject(disclosures).flatMap((all): readonly Found[] => {
    const meaning = (id: string): readonly Disclosure[] => all.filter(({ schema }) => schema['x-semantic'] === id);
    const addresses = meaning('email').filter(isExact);
    const numbers = meaning('cn.mobile');
    const hidden = numbers.filter(({ treatment }) => treatment.technique === 'suppression');
    if (addresses.length === 0 || hidden.length === 0 || numbers.some(isExact)) return [];
    return [
      {
        severity: 'warning',
        fields: placesOf([...hidden, ...addresses]),
        message: 'an address may be named by the number that is masked beside it',
        example: '199****1234 beside 19900001234@139.com',
        candidates: 1,
        remedy: 'Mask the address too.',
      },
    ];
  });
}
