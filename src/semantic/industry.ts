import { type Hierarchy, precisionsOf } from './hierarchy.ts';

// 门类 and the first and last 大类 of each (GB/T 4754-2017 with amendment 1 of 2019). Registers leave the letter out.
const SECTIONS =
  'A01-05 B06-12 C13-43 D44-46 E47-50 F51-52 G53-60 H61-62 I63-65 J66-69 K70-70 L71-72 M73-75 N76-79 O80-82 P83-83 ' +
  'Q84-85 R86-90 S91-96 T97-97';
const sections = SECTIONS.split(' ');

function sectionOf(division: string): string | undefined {
  return sections.find((range) => range.slice(1, 3) <= division && division <= range.slice(4))?.[0];
}

/** A letter and two digits, three or four are the 大类, the 中类 and the 小类. */
const first =
  (length: number) =>
  (code: string): string | undefined =>
    code.length < length ? undefined : code.slice(0, length);

const SECTION = ['industry-section'];
const DIVISION = [...SECTION, 'industry-division'];

const levels: Hierarchy['levels'] = {
  section: { parts: SECTION, emits: { type: 'string', pattern: '^[A-T]$' }, of: first(1) },
  division: { parts: DIVISION, emits: { type: 'string', pattern: '^[A-T][0-9]{2}$' }, of: first(3) },
  group: {
    parts: [...DIVISION, 'industry-group'],
    emits: { type: 'string', pattern: '^[A-T][0-9]{3}$' },
    of: first(4),
  },
};

const MAX_LENGTH = 8;

/** 国民经济行业: A0111 rice, of A011 cereals, of A01 farming, of A. */
export const industry: Hierarchy = {
  source: 'GB/T 4754-2017',
  levels,
  type: {
    json: 'string',
    titleEn: 'Industry',
    titleZh: '国民经济行业代码',
    precisions: precisionsOf(levels),
    normalise: (value) => {
      if (value.length > MAX_LENGTH) return undefined;
      const text = value.normalize('NFKC').trim().toUpperCase();
      if (/^[A-T]$/.test(text)) return text;
      const [, letter = '', digits = ''] = /^([A-T]?)(\d{2,4})$/.exec(text) ?? [];
      const section = sectionOf(digits.slice(0, 2));
      return section === undefined || (letter !== '' && letter !== section) ? undefined : section + digits;
    },
    sample: (chance) => `A01${1 + chance(9)}${1 + chance(9)}`,
  },
};
