import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseName, surnameLength } from '../../../src/semantic/name.ts';
import { parseResidentId } from '../../../src/semantic/resident-id.ts';
import { cnName } from '../../../src/treatment/cn-name.ts';
import { keepEnds } from '../../../src/treatment/masked.ts';
import { UNFIT } from '../../../src/treatment/treatment.ts';
import { ASKED_NOTHING } from '../../support/circumstances.ts';
import { anyText } from '../../support/generate-json.ts';
import { personName, residentId } from '../../support/generate-values.ts';
import { SCOPED_KEYS } from '../../support/treatment-keys.ts';

const latinName = fc.string({ unit: fc.constantFrom('A', 'Z', 'a', 'z', ' ', '·', '.', "'", '-', 'é') });
const chineseName = fc.string({ unit: fc.constantFrom('欧', '阳', '司', '马', '张', '一', '鿿', '㐀', '𠮷') });
const anyName = fc.oneof(personName, latinName, chineseName, anyText);

// As the rules say it, without a short way for what is common.
function nameSlowly(value: string): string | undefined {
  const name = value
    .normalize('NFC')
    .replace(/[•‧・·.．]/g, '·')
    .trim();
  const isName = /^[\p{L}\p{Co}][\p{L}\p{M}\p{Co}· '-]*$/u.test(name);
  return isName && Array.from(name).length <= 64 ? name : undefined;
}

function maskSlowly(name: string): string {
  const kept = surnameLength(name);
  const masked = (name.match(/.\p{M}*/gsu) ?? [])
    .map((character, index) => (index < kept || /^[· '-]\p{M}*$/u.test(character) ? character : '*'))
    .join('');
  return masked.includes('*') ? masked : '*';
}

describe('a short way for what is common gives what the long way gives', () => {
  it('for whether a text is a name, and how it is spelled', () => {
    fc.assert(
      fc.property(anyName, (value) => {
        expect(parseName(value)).toBe(nameSlowly(value));
      }),
      { numRuns: 5000 },
    );
  });

  it('for masking a name', () => {
    const treat = cnName.compile(
      { schema: { type: 'string', 'x-semantic': 'cn.name' }, parameters: {}, matchParameters: [] },
      SCOPED_KEYS,
    );
    fc.assert(
      fc.property(anyName, (value) => {
        const name = nameSlowly(value);
        expect(treat(value, ASKED_NOTHING)).toBe(name === undefined ? UNFIT : maskSlowly(name));
      }),
      { numRuns: 5000 },
    );
  });

  it('for the length of a surname', () => {
    fc.assert(
      fc.property(chineseName, (name) => {
        const compound = /^(?:欧阳|司马)/.test(name) && Array.from(name).length > 2;
        expect(surnameLength(name)).toBe(compound ? 2 : 1);
      }),
    );
  });

  it('for hiding all but the ends', () => {
    fc.assert(
      fc.property(fc.oneof(residentId, anyText), fc.nat(8), fc.nat(8), (text, head, tail) => {
        const characters = Array.from(text);
        const slowly = characters.map((c, at) => (at < head || at >= characters.length - tail ? c : '*')).join('');
        expect(keepEnds(text, head, tail)).toBe(slowly);
      }),
    );
  });

  it('for the date in a resident id, day by day', () => {
    for (const [month, days] of [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31].entries()) {
      for (const [year, leap] of [
        ['00', 0],
        ['23', 0],
        ['24', 1],
      ] as const) {
        const last = days + (month === 1 ? leap : 0);
        for (let day = 0; day <= 32; day += 1) {
          const two = (number: number): string => String(number).padStart(2, '0');
          const isThere = parseResidentId(`110199${year}${two(month + 1)}${two(day)}001`) !== undefined;
          expect(isThere).toBe(day >= 1 && day <= last);
        }
      }
    }
  });
});
