import { BREAK_GLASS_PREFIX } from '../domain/break-glass.ts';
import type { Grant } from '../domain/grant.ts';
import { grantFromText } from './read-grant.ts';

export interface DraftedAccess {
  readonly id: string;
  /** As a file of policies/grants would hold it. */
  readonly draft: string;
  readonly validFrom: Date;
  readonly validUntil: Date;
}

/** The draft as a grant that is in force for as long as it is open; its own id and times count for nothing. */
export function breakGlassGrant(draft: Grant, { id, validFrom, validUntil }: Omit<DraftedAccess, 'draft'>): Grant {
  return {
    ...draft,
    id: `${BREAK_GLASS_PREFIX}${id}`,
    breakGlass: id,
    validFrom: validFrom.toISOString(),
    validUntil: validUntil.toISOString(),
  };
}

/** Undefined for what this version does not understand: it grants nothing. */
export function readBreakGlass({ draft, ...access }: DraftedAccess): Grant | undefined {
  const grant = grantFromText(draft);
  return grant && breakGlassGrant(grant, access);
}
