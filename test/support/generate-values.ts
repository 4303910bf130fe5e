import fc from 'fast-check';
import { residentIdCheckDigit } from '../../src/semantic/resident-id.ts';
import { SEMANTIC_TYPES } from '../../src/semantic/semantic-types.ts';
import { unifiedSocialCreditCodeCheck } from '../../src/semantic/unified-social-credit-code.ts';

const two = (number: number): string => String(number).padStart(2, '0');
const digits = (count: number): fc.Arbitrary<string> =>
  fc.integer({ min: 0, max: 10 ** count - 1 }).map((number) => String(number).padStart(count, '0'));
// Nobody's: county code 99 is assigned nowhere.
const place = fc.constantFrom('110199', '310199', '440199', '650199');
const monthAndDay = fc
  .tuple(fc.integer({ min: 1, max: 12 }), fc.integer({ min: 1, max: 28 }))
  .map(([month, day]) => `${two(month)}${two(day)}`);

/** The first seventeen digits of somebody who does not exist. */
export const residentIdBody: fc.Arbitrary<string> = fc
  .tuple(place, fc.integer({ min: 1800, max: 2099 }), monthAndDay, digits(3))
  .map(([code, year, day, sequence]) => `${code}${year}${day}${sequence}`);

export const residentId: fc.Arbitrary<string> = residentIdBody.map((body) => body + residentIdCheckDigit(body));

export const oldResidentId: fc.Arbitrary<string> = fc
  .tuple(place, digits(2), monthAndDay, digits(3))
  .map((parts) => parts.join(''));

export const mobile: fc.Arbitrary<string> = fc
  .tuple(fc.integer({ min: 3, max: 9 }), digits(9))
  .map(([second, rest]) => `1${second}${rest}`);

const codeCharacter = fc.constantFrom(...'0123456789ABCDEFGHJKLMNPQRTUWXY'.split(''));
export const creditCodeBody: fc.Arbitrary<string> = fc
  .tuple(
    fc.array(codeCharacter, { minLength: 2, maxLength: 2 }),
    digits(6),
    fc.array(codeCharacter, { minLength: 9, maxLength: 9 }),
  )
  .map(([head, division, body]) => head.join('') + division + body.join(''));

export const creditCode: fc.Arbitrary<string> = creditCodeBody.map((body) => body + unifiedSocialCreditCodeCheck(body));

/** Names as registers write them: four-byte characters, parts, marks, and dots in their several spellings. */
export const personName: fc.Arbitrary<string> = fc
  .tuple(
    fc.constantFrom('张', '李', '欧阳', '司马', '𠮷', '阿', 'Ma', '\uE000', '葛\u{E0100}'),
    fc.array(
      fc.constantFrom(
        '三',
        '修',
        '文',
        '𬭎',
        '买',
        '提',
        '·',
        '•',
        '.',
        ' ',
        'x',
        '\u0301',
        '\u{E0100}',
        '\uE001',
        '-',
      ),
      { maxLength: 6 },
    ),
  )
  .map(([surname, given]) => surname + given.join(''));

/** What the semantic types make up themselves. */
export const sampled: fc.Arbitrary<string> = fc
  .tuple(fc.constantFrom(...Object.values(SEMANTIC_TYPES)), fc.infiniteStream(fc.nat()))
  .map(([{ sample }, stream]) => String(sample((below) => (stream.next().value ?? 0) % below)));
