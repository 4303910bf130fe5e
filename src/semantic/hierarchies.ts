import { ethnicity } from './ethnicity.ts';
import type { Hierarchy } from './hierarchy.ts';
import { icd10 } from './icd-10.ts';
import { industry } from './industry.ts';
import { occupation } from './occupation.ts';

/** Every classification of which a higher level can be given, by the semantic type of its codes. */
export const HIERARCHIES = {
  'icd-10': icd10,
  'cn.industry': industry,
  'cn.occupation': occupation,
  'cn.ethnicity': ethnicity,
} as const satisfies Record<string, Hierarchy>;

export type HierarchyId = keyof typeof HIERARCHIES;

export function isHierarchyId(id: unknown): id is HierarchyId {
  return typeof id === 'string' && Object.hasOwn(HIERARCHIES, id);
}
