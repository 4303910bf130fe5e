import { precision } from '../domain/precision.ts';
import { ageOn } from '../semantic/age-on.ts';
import { birthOf, SAY_BIRTH } from '../semantic/birth-of.ts';
import { AGE_BAND, AgeBands, bandBy } from './age-bands.ts';
import { ANY_MISMATCH, type Treatment, UNFIT } from './treatment.ts';

/** 年龄分段 from a date of birth or a resident id: 1999-05-04 → 25-29. */
export const dateAgeBand: Treatment = {
  id: 'date.age-band',
  version: 1,
  titleEn: 'Age today, in bands, from a date of birth',
  titleZh: '按出生日期年龄分段',
  caution:
    'Counted on the day of the exchange in China (UTC+08:00). Whoever asks every day sees the day on which the band changes, which is a birthday.',
  technique: 'generalisation',
  deterministic: 'per-day',
  linkable: 'none',
  reversible: 'nobody',
  keyed: false,
  accepts: { types: ['string'], semantics: SAY_BIRTH },
  parameters: AgeBands,
  onMismatch: ANY_MISMATCH,
  answersForMissing: false,
  optional: false,
  reveals: () => precision(['presence', 'age-band']),
  emits: () => AGE_BAND,
  compile: ({ schema, parameters }) => {
    const birthIn = birthOf(schema['x-semantic']);
    const band = bandBy(parameters);
    return (value, { nowMs }) => {
      const birth = typeof value === 'string' ? birthIn(value) : undefined;
      const age = birth === undefined ? undefined : ageOn(birth, nowMs);
      return age === undefined ? UNFIT : band(age);
    };
  },
};
