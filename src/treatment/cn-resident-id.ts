import { Type } from '@sinclair/typebox';
import { precision } from '../domain/precision.ts';
import { parseResidentId } from '../semantic/resident-id.ts';
import { keepEndsOfAscii } from './masked.ts';
import { ANY_MISMATCH, readParameters, type Treatment, UNFIT } from './treatment.ts';

const Parameters = Type.Object(
  {
    area: Type.Union([Type.Literal(0), Type.Literal(2), Type.Literal(4), Type.Literal(6)]),
    tail: Type.Union([Type.Literal(0), Type.Literal(4)]),
  },
  { additionalProperties: false },
);

/**
 * 公民身份号码: the digits of the place and the last four may stay, the date of birth never does.
 * An old 15-digit number ends in its three-digit sequence: a fourth digit from the end would be one of the date.
 */
export const cnResidentId: Treatment = {
  id: 'cn.resident-id',
  version: 1,
  titleEn: 'Resident identity number, masked',
  titleZh: '公民身份号码掩码',
  technique: 'suppression',
  deterministic: true,
  linkable: 'none',
  reversible: 'nobody',
  keyed: false,
  accepts: { types: ['string'], semantics: ['cn.resident-id'] },
  parameters: Parameters,
  answersForMissing: false,
  optional: false,
  onMismatch: ANY_MISMATCH,
  reveals: ({ parameters }) => {
    const { area, tail } = readParameters(Parameters, parameters);
    const areas = ['area2', 'area4', 'area6'].slice(0, area / 2);
    return precision(['presence', ...areas, ...(tail === 4 ? ['sex', 'sequence', 'check'] : [])]);
  },
  emits: () => ({ type: 'string', pattern: '^[0-9]{0,6}[*]{4,18}[0-9X]{0,4}$' }),
  compile: ({ parameters }) => {
    const { area, tail } = readParameters(Parameters, parameters);
    return (value) => {
      const parsed = typeof value === 'string' ? parseResidentId(value) : undefined;
      if (parsed === undefined) return UNFIT;
      return parsed.form === 18
        ? keepEndsOfAscii(parsed.id, area, tail)
        : keepEndsOfAscii(oldForm(parsed.id), area, Math.min(tail, 3));
    };
  },
};

function oldForm(id: string): string {
  return id.slice(0, 6) + id.slice(8, 17);
}
