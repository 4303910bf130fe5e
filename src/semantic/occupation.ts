import { type Hierarchy, precisionsOf } from './hierarchy.ts';

/** One digit of the 大类, two of the 中类, two of the 小类; zeros where a code is of a higher level. */
const CODE = /^([1-8])-?(\d{2})-?(\d{2})$/;
const MAX_LENGTH = 16;

const MAJOR = ['occupation-major'];

const levels: Hierarchy['levels'] = {
  major: {
    parts: MAJOR,
    emits: { type: 'string', pattern: '^[1-8]0000$' },
    of: (code) => `${code.slice(0, 1)}0000`,
  },
  middle: {
    parts: [...MAJOR, 'occupation-middle'],
    emits: { type: 'string', pattern: '^[1-8][0-9]{2}00$' },
    of: (code) => (code.slice(1, 3) === '00' ? undefined : `${code.slice(0, 3)}00`),
  },
};

/** 职业: 20101 is a philosopher, of 20100 researchers, of 20000 professionals. */
export const occupation: Hierarchy = {
  source: 'GB/T 6565-2015',
  levels,
  type: {
    json: 'string',
    titleEn: 'Occupation',
    titleZh: '职业代码',
    precisions: precisionsOf(levels),
    normalise: (value) => {
      if (value.length > MAX_LENGTH) return undefined;
      const parts = CODE.exec(value.normalize('NFKC').trim())?.slice(1) ?? [];
      const isOfNone = parts[1] === '00' && parts[2] !== '00';
      return parts.length === 0 || isOfNone ? undefined : parts.join('');
    },
    sample: (chance) => `2010${1 + chance(9)}`,
  },
};
