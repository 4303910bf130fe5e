import type { Drafted } from '../plan/load-draft.ts';
import { type Linting, lintDepartment } from './lint.ts';
import type { Finding } from './rule.ts';

/** A finding that there would not be without the draft, or that it is part of. */
export interface DraftFinding extends Finding {
  readonly draft: 'takes-part' | 'brings-about';
}

/**
 * What a draft would reveal together with all live grants of its department. What is found already and does not concern
 * it is left out, so that who drafts is told of the draft.
 * @param linting the plans as they are without it
 */
export function lintDraft({ draft, plans }: Drafted, linting: Linting): readonly DraftFinding[] {
  const department = draft.consumer.id;
  const known = new Set(lintDepartment(department, linting).map(keyOf));
  return lintDepartment(department, { ...linting, plans }).flatMap((finding): readonly DraftFinding[] => {
    if (finding.fields.some(({ grant }) => grant === draft.grant.id)) return [{ ...finding, draft: 'takes-part' }];
    return known.has(keyOf(finding)) ? [] : [{ ...finding, draft: 'brings-about' }];
  });
}

function keyOf({ rule, fields, message }: Finding): string {
  return JSON.stringify([rule, message, fields.map(({ grant, path }) => `${grant} ${path}`).sort()]);
}
