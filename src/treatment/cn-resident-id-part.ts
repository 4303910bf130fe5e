import { Type } from '@sinclair/typebox';
import type { JsonSchema } from '../domain/json.ts';
import { precision } from '../domain/precision.ts';
import { parseResidentId } from '../semantic/resident-id.ts';
import { ANY_MISMATCH, readParameters, type Treatment, UNFIT } from './treatment.ts';

interface Part {
  readonly reveals: readonly string[];
  readonly emits: JsonSchema;
  /** @param id the eighteen characters */
  readonly of: (id: string) => string;
}

const YEAR = ['birth-decade', 'birth-year'];
const DATE: Part = {
  reveals: [...YEAR, 'birth-month', 'birth-day', 'age-band'],
  emits: { type: 'string', format: 'date' },
  of: (id) => `${id.slice(6, 10)}-${id.slice(10, 12)}-${id.slice(12, 14)}`,
};
const area = (digits: 2 | 4 | 6): Part => ({
  reveals: ['area2', 'area4', 'area6'].slice(0, digits / 2),
  emits: { type: 'string', pattern: `^[1-9][0-9]{${digits - 1}}$` },
  of: (id) => id.slice(0, digits),
});

const PARTS: Readonly<Record<'birth-date' | 'month' | 'year' | 'sex' | 'area2' | 'area4' | 'area6', Part>> = {
  'birth-date': DATE,
  month: {
    reveals: [...YEAR, 'birth-month'],
    emits: { type: 'string', pattern: '^[0-9]{4}-[0-9]{2}$' },
    of: (id) => DATE.of(id).slice(0, 7),
  },
  year: { reveals: YEAR, emits: { type: 'string', pattern: '^[0-9]{4}$' }, of: (id) => id.slice(6, 10) },
  // GB 11643: the sequence is odd for men and even for women.
  sex: {
    reveals: ['sex'],
    emits: { type: 'string', enum: ['男', '女'] },
    of: (id) => (Number(id[16]) % 2 === 1 ? '男' : '女'),
  },
  area2: area(2),
  area4: area(4),
  area6: area(6),
};

const Parameters = Type.Object(
  {
    part: Type.Union([
      Type.Literal('birth-date'),
      Type.Literal('month'),
      Type.Literal('year'),
      Type.Literal('sex'),
      Type.Literal('area2'),
      Type.Literal('area4'),
      Type.Literal('area6'),
    ]),
  },
  { additionalProperties: false },
);

/** One thing that a resident id says, instead of a masked number: 1949-12-31, 女, 110105. The number itself does not leave. */
export const cnResidentIdPart: Treatment = {
  id: 'cn.resident-id.part',
  version: 1,
  titleEn: 'One thing that a resident identity number says',
  titleZh: '公民身份号码派生项',
  technique: 'generalisation',
  deterministic: true,
  linkable: 'none',
  reversible: 'nobody',
  keyed: false,
  accepts: { types: ['string'], semantics: ['cn.resident-id'] },
  parameters: Parameters,
  onMismatch: ANY_MISMATCH,
  answersForMissing: false,
  optional: false,
  reveals: ({ parameters }) => precision(['presence', ...PARTS[readParameters(Parameters, parameters).part].reveals]),
  emits: ({ parameters }) => PARTS[readParameters(Parameters, parameters).part].emits,
  compile: ({ parameters }) => {
    const { of } = PARTS[readParameters(Parameters, parameters).part];
    return (value) => {
      const parsed = typeof value === 'string' ? parseResidentId(value) : undefined;
      return parsed === undefined ? UNFIT : of(parsed.id);
    };
  },
};
