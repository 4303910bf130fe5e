import { Type } from '@sinclair/typebox';
import { precision } from '../domain/precision.ts';
import { isIdeographs, parseName, surnameLength } from '../semantic/name.ts';
import { HIDDEN, hidden } from './masked.ts';
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

// Of these what is no letter stands before A.
const UPPER_A = 0x41;
const LATIN = /^[A-Za-z '-]+$/;

function hide(name: string, kept: number): string {
  if (LATIN.test(name)) return hideLatin(name, kept);
  return (name.match(CHARACTER) ?? [])
    .map((character, index) => (index < kept || BETWEEN_PARTS.test(character) ? character : HIDDEN))
    .join('');
}

/** Word by word: going through it with a replacement takes as long as all the rest. */
function hideLatin(name: string, kept: number): string {
  let masked = name.slice(0, kept);
  let from = kept;
  for (let at = kept; at < name.length; at += 1) {
    if (name.charCodeAt(at) >= UPPER_A) continue;
    masked += hidden(at - from) + name.charAt(at);
    from = at + 1;
  }
  return masked + hidden(name.length - from);
}

/** Where a surname is all there is, it goes too. */
function mask(name: string, kept: number): string {
  if (isIdeographs(name)) return name.length > kept ? name.slice(0, kept) + hidden(name.length - kept) : HIDDEN;
  const masked = hide(name, kept);
  return masked.includes(HIDDEN) ? masked : HIDDEN;
}
