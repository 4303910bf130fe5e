import type { Snapshot } from '../domain/snapshot.ts';
import type { PolicyCase } from '../policy/load-cases.ts';
import { type Gap, gapsOf, type Rehearsal } from './coverage.ts';
import type { Difference } from './differences.ts';
import { judgeCase } from './judge-case.ts';
import { rehearse } from './rehearse.ts';

/** A case that does not hold. */
export interface FailedCase {
  readonly of: PolicyCase;
  readonly differences: readonly Difference[];
}

export interface CasesReport {
  readonly ran: number;
  readonly failed: readonly FailedCase[];
  readonly gaps: readonly Gap[];
}

/**
 * Every case, rehearsed and judged.
 * @param all whether these are all cases there are: what some of them leave out is no gap
 */
export async function runCases(snapshot: Snapshot, cases: readonly PolicyCase[], all: boolean): Promise<CasesReport> {
  const rehearsals: Rehearsal[] = [];
  for (const of of cases) rehearsals.push({ of, came: await rehearse(snapshot, of.call) });
  const failed = rehearsals
    .map(({ of, came }) => ({ of, differences: judgeCase(of, came) }))
    .filter(({ differences }) => differences.length > 0);
  return { ran: cases.length, failed, gaps: all ? await gapsOf(snapshot, rehearsals) : [] };
}
