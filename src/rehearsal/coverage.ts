import type { ProblemCode } from '../domain/problems.ts';
import type { Snapshot } from '../domain/snapshot.ts';
import type { PolicyCase } from '../policy/load-cases.ts';
import { type Rehearsed, rehearse } from './rehearse.ts';

/** Who may ask what for what: what a grant is found by. */
export interface Need {
  readonly system: string;
  readonly contract: string;
  readonly purpose: string;
}

/** What the policies release and no case expects them to. */
export type Gap =
  /** A need that is granted at the clock of some case, and no case expects it to be met. */
  | ({ readonly gap: 'unlisted' } & Need)
  /** A field of a grant that no exactly expected answer has a value of. */
  | { readonly gap: 'never-expected'; readonly grant: string; readonly output: string };

/** A case and what became of it. */
export interface Rehearsal {
  readonly of: PolicyCase;
  readonly came: Rehearsed;
}

/** What is not listed is expected to be refused, and what is granted to be shown. */
export async function gapsOf(snapshot: Snapshot, rehearsals: readonly Rehearsal[]): Promise<readonly Gap[]> {
  return [...(await unlisted(snapshot, rehearsals)), ...neverExpected(snapshot, rehearsals)];
}

/** The answers to a need that nothing in force covers, whatever is asked. */
const NOT_COVERED: ReadonlySet<ProblemCode> = new Set(['grant.missing', 'grant.not-in-force']);

async function unlisted(snapshot: Snapshot, rehearsals: readonly Rehearsal[]): Promise<readonly Gap[]> {
  const clocks = [...new Set(rehearsals.map(({ of }) => of.call.nowMs))];
  const listed = new Set(
    rehearsals.filter(({ of }) => of.expect.decision === 'released').map(({ of }) => keyOf(of.call)),
  );
  const found: Gap[] = [];
  for (const need of needsOf(snapshot)) {
    // The way the exchange finds it; most of all needs end here.
    if (listed.has(keyOf(need)) || snapshot.findPlan(need) === undefined) continue;
    if (await isCovered(snapshot, need, clocks)) found.push({ gap: 'unlisted', ...need });
  }
  return found;
}

async function isCovered(snapshot: Snapshot, need: Need, clocks: readonly number[]): Promise<boolean> {
  for (const nowMs of clocks) {
    const came = await rehearse(snapshot, { ...need, nowMs, query: {}, source: { record: null } });
    if (came.decision === 'released' || !NOT_COVERED.has(came.code)) return true;
  }
  return false;
}

function* needsOf({ systems, contracts, purposes }: Snapshot): Iterable<Need> {
  for (const system of systems.keys())
    for (const contract of contracts.keys()) for (const purpose of purposes.keys()) yield { system, contract, purpose };
}

function keyOf({ system, contract, purpose }: Need): string {
  return `${system} ${contract} ${purpose}`;
}

function neverExpected(snapshot: Snapshot, rehearsals: readonly Rehearsal[]): readonly Gap[] {
  const expected = new Set(
    rehearsals.flatMap(({ of, came }) =>
      of.expect.answer === undefined || came.decision !== 'released'
        ? []
        : [...came.outputs].map((output) => `${snapshot.findPlan(of.call)?.grant.id} ${output}`),
    ),
  );
  return snapshot.plans.flatMap(({ grant, fields }) =>
    fields
      .filter(({ output }) => !expected.has(`${grant.id} ${output}`))
      .map(({ output }) => ({ gap: 'never-expected' as const, grant: grant.id, output })),
  );
}
