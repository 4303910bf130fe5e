import type { Grant } from './grant.ts';

/** Grants that were opened in an emergency are called so, and their id. */
export const BREAK_GLASS_PREFIX = 'break-glass-';

/**
 * Why access is not opened: the three people are not three, the draft is none or goes beyond what floors, ceilings and
 * other grants allow, or the purpose is none for emergencies or not for so long.
 */
export const REFUSALS_TO_OPEN = ['people', 'draft', 'purpose'] as const;
export type RefusalToOpen = (typeof REFUSALS_TO_OPEN)[number];

/** Who asks for access in an emergency 应急, who approves it, and why. */
export interface EmergencyWords {
  readonly officer: string;
  readonly approvers: readonly string[];
  readonly reason: string;
}

export interface Opening extends EmergencyWords {
  /** With `breakGlass`, and as long as it is open. */
  readonly grant: Grant;
}

/** One that was opened, for who looks through them. */
export interface OpenedAccess extends EmergencyWords {
  readonly id: string;
  readonly grant: Grant;
  /** RFC 3339, as all times here. */
  readonly openedAt: string;
  /** Undefined if nobody closed it; it ends with its grant. */
  readonly closedAt: string | undefined;
  /** All exchanges under it that the ledger has, oldest first. */
  readonly uses: readonly EmergencyUse[];
}

export interface EmergencyUse {
  readonly index: number;
  readonly exchange: string;
  readonly outcome: string;
  readonly recordedAt: string;
}

/** Where those who operate the gateway open access, close it and review it; whatever they do is an entry in the same commit. */
export interface BreakGlass {
  /** @returns the index of the entry */
  open(opening: Opening): Promise<number>;
  /** That it was refused; of what was asked, only what is registered is named. */
  refuse(words: EmergencyWords, why: RefusalToOpen, asked?: Pick<Grant, 'contract' | 'purpose'>): Promise<void>;
  /** False if it is not open. */
  close(id: string, words: Omit<EmergencyWords, 'approvers'>): Promise<boolean>;
  list(which: 'open' | 'ended'): Promise<readonly OpenedAccess[]>;
}
