import { Type } from '@sinclair/typebox';
import { precision } from '../domain/precision.ts';
import { FAIL_OR_DROP, readParameters, type Treatment, UNFIT } from './treatment.ts';

const Parameters = Type.Object(
  {
    edges: Type.Array(Type.Number(), { minItems: 1, maxItems: 64, description: 'Ascending; each begins a range.' }),
  },
  { additionalProperties: false },
);

/** 区间化: 12850 with the edges 10000, 20000 → "10000-20000". Below the first and from the last on are ranges too. */
export const numberBucket: Treatment = {
  id: 'number.bucket',
  version: 1,
  titleEn: 'Number, as a range',
  titleZh: '区间化',
  technique: 'generalisation',
  deterministic: true,
  linkable: 'none',
  reversible: 'nobody',
  keyed: false,
  accepts: { types: ['integer', 'number'], semantics: ['untyped'] },
  parameters: Parameters,
  onMismatch: FAIL_OR_DROP,
  answersForMissing: false,
  optional: false,
  reveals: () => precision(['presence', 'range']),
  emits: ({ parameters }) => ({ type: 'string', enum: [...rangesOf(readParameters(Parameters, parameters).edges)] }),
  refuses: ({ parameters }) => {
    const { edges } = readParameters(Parameters, parameters);
    const ascending = edges.every((edge, index) => index === 0 || edge > (edges[index - 1] ?? edge));
    return ascending ? undefined : 'the edges do not ascend';
  },
  compile: ({ parameters }) => {
    const { edges } = readParameters(Parameters, parameters);
    const ranges = rangesOf(edges);
    return (value) => {
      if (typeof value !== 'number') return UNFIT;
      return ranges[edges.filter((edge) => value >= edge).length] ?? UNFIT;
    };
  },
};

function rangesOf(edges: readonly number[]): readonly string[] {
  const [first = 0] = edges;
  return [
    `<${first}`,
    ...edges.map((edge, index) => `${edge}${index + 1 < edges.length ? `-${edges[index + 1]}` : '+'}`),
  ];
}
