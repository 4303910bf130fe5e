import { precision } from '../domain/precision.ts';
import { OLDEST } from '../semantic/age-on.ts';
import { AGE_BAND, AgeBands, bandBy } from './age-bands.ts';
import { FAIL_OR_DROP, type Treatment, UNFIT } from './treatment.ts';

/** 年龄分段, of an age as the source counts it. */
export const ageBand: Treatment = {
  id: 'age.band',
  version: 1,
  titleEn: 'Age, in bands',
  titleZh: '年龄分段',
  technique: 'generalisation',
  deterministic: true,
  linkable: 'none',
  reversible: 'nobody',
  keyed: false,
  accepts: { types: ['integer'], semantics: ['age'] },
  parameters: AgeBands,
  onMismatch: FAIL_OR_DROP,
  answersForMissing: false,
  optional: false,
  reveals: () => precision(['presence', 'age-band']),
  emits: () => AGE_BAND,
  compile: ({ parameters }) => {
    const band = bandBy(parameters);
    return (value) =>
      typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= OLDEST ? band(value) : UNFIT;
  },
};
