import { Type } from '@sinclair/typebox';
import { precision } from '../domain/precision.ts';
import { parseName, surnameLength } from '../semantic/name.ts';
import { HIDDEN } from './masked.ts';
import { ANY_MISMATCH, readParameters, type Treatment, UNFIT } from './treatment.ts';

const Parameters = Type.Object(
  // A compound surname 复姓 says more about a person than 张 does; `first` keeps its first character only.
  { compoundSurname: Type.Optional(Type.Union([Type.Literal('keep'), Type.Literal('first')])) },
  { additionalProperties: false },
);

// Not hidden, because they are no part of the name: the dot of 买买提·阿卜杜拉, spaces, hyphens and apostrophes.
const BETWEEN_PARTS = /^[· '-]\p{M}*$/u;

/** 姓名: the surname stays, the given name goes: 张三 → 张*, 欧阳修文 → 欧阳**, 阿卜杜拉·买买提 → 阿***·***. */
export const cnName: Treatment = {
  id: 'cn.name',
  version: 1,
  titleEn: 'Name of a person, masked',
  titleZh: '姓名掩码',
  technique: 'suppression',
  deterministic: true,
  linkable: 'none',
  reversible: 'nobody',
  keyed: false,
  accepts: { types: ['string'], semantics: ['cn.name'] },
  parameters: Parameters,
  answersForMissing: false,
  optional: false,
  onMismatch: ANY_MISMATCH,
  reveals: () => precision(['presence', 'surname', 'length']),
  emits: () => ({ type: 'string', pattern: '[*]' }),
  compile: ({ parameters }) => {
    const { compoundSurname = 'keep' } = readParameters(Parameters, parameters);
    return (value) => {
      const name = typeof value === 'string' ? parseName(value) : undefined;
      if (name === undefined) return UNFIT;
      return mask(name, compoundSurname === 'keep' ? surnameLength(name) : 1);
    };
  },
};

// A variation selector or accent is hidden with its character: 葛 and its selector are one character, not 葛*.
const CHARACTER = /.\p{M}*/gsu;

// One code unit a character and no marks: nearly every name, and several times faster.
const CHINESE = /^[\u4E00-\u9FFF]+$/;
const LATIN = /^[A-Za-z '-]+$/;

function hide(name: string, kept: number): string {
  if (CHINESE.test(name)) return name.slice(0, kept) + HIDDEN.repeat(Math.max(name.length - kept, 0));
  if (LATIN.test(name)) return name.slice(0, kept) + name.slice(kept).replace(/[A-Za-z]/g, HIDDEN);
  return (name.match(CHARACTER) ?? [])
    .map((character, index) => (index < kept || BETWEEN_PARTS.test(character) ? character : HIDDEN))
    .join('');
}

function mask(name: string, kept: number): string {
  const masked = hide(name, kept);
  // Where a surname is all there is, it goes too.
  return masked.includes(HIDDEN) ? masked : HIDDEN;
}
