import { Type } from '@sinclair/typebox';
import { NOTHING, precision } from '../domain/precision.ts';
import { HIERARCHIES, type HierarchyId, isHierarchyId } from '../semantic/hierarchies.ts';
import type { Hierarchy, HierarchyLevel } from '../semantic/hierarchy.ts';
import { ANY_MISMATCH, readParameters, type Treatment, type TreatmentSite, UNFIT } from './treatment.ts';

const IDS: readonly HierarchyId[] = Object.keys(HIERARCHIES).filter(isHierarchyId);

const Parameters = Type.Object(
  {
    level: Type.Union(
      [...new Set(IDS.flatMap((id) => Object.keys(HIERARCHIES[id].levels)))].map((level) => Type.Literal(level)),
      {
        description: IDS.map(
          (id) => `${id} (${HIERARCHIES[id].source}): ${Object.keys(HIERARCHIES[id].levels).join(', ')}`,
        ).join('; '),
      },
    ),
  },
  { additionalProperties: false },
);

function hierarchyAt({ schema }: Pick<TreatmentSite, 'schema'>): Hierarchy | undefined {
  const semantic = schema['x-semantic'];
  return isHierarchyId(semantic) ? HIERARCHIES[semantic] : undefined;
}

function levelAt(site: TreatmentSite): HierarchyLevel | undefined {
  const levels = hierarchyAt(site)?.levels ?? {};
  const { level } = readParameters(Parameters, site.parameters);
  return Object.hasOwn(levels, level) ? levels[level] : undefined;
}

/** 代码上卷: a class of a classification instead of one of its members: J45.1 → J45 → J40-J47 → J00-J99, A0111 → A01, 苗族 → 少数民族. */
export const codeLevel: Treatment = {
  id: 'code.level',
  version: 1,
  titleEn: 'Code, of a higher level of its classification',
  titleZh: '代码上卷',
  technique: 'generalisation',
  deterministic: true,
  linkable: 'none',
  reversible: 'nobody',
  keyed: false,
  accepts: { types: ['string'], semantics: IDS },
  parameters: Parameters,
  onMismatch: ANY_MISMATCH,
  answersForMissing: false,
  optional: false,
  reveals: (site) => {
    const level = levelAt(site);
    return level === undefined ? NOTHING : precision(['presence', ...level.parts]);
  },
  emits: (site) => levelAt(site)?.emits ?? { type: 'string' },
  refuses: (site) => {
    if (levelAt(site) !== undefined) return undefined;
    return `the classification has the levels ${Object.keys(hierarchyAt(site)?.levels ?? {}).join(', ')}`;
  },
  compile: (site) => {
    const hierarchy = hierarchyAt(site);
    const level = levelAt(site);
    return (value) => {
      const code = typeof value === 'string' ? hierarchy?.type.normalise(value) : undefined;
      return code === undefined ? UNFIT : (level?.of(code) ?? UNFIT);
    };
  },
};
