import { cnMobile } from './cn-mobile.ts';
import { cnName } from './cn-name.ts';
import { cnResidentId } from './cn-resident-id.ts';
import { exists } from './exists.ts';
import { keep } from './keep.ts';
import { match } from './match.ts';
import { threshold } from './threshold.ts';
import type { Treatment } from './treatment.ts';

/** Every treatment there is. A grant that names another does not compile. */
export const TREATMENTS: ReadonlyMap<string, Treatment> = new Map(
  [keep, exists, match, threshold, cnResidentId, cnName, cnMobile].map((treatment) => [treatment.id, treatment]),
);
