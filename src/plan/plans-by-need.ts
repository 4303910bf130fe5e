import type { Fault } from '../domain/fault.ts';
import type { Plan } from '../domain/plan.ts';
import type { Snapshot } from '../domain/snapshot.ts';
import type { GrantSource } from '../policy/read-grant.ts';

/** A need as one text: who asks what for what. */
function needKey({
  system,
  contract,
  purpose,
}: {
  readonly system: string;
  readonly contract: string;
  readonly purpose: string;
}): string {
  return `${system} ${contract} ${purpose}`;
}

/** Finds the plan for a need at once, however many there are. */
export function finderOf(plans: readonly Plan[]): Snapshot['findPlan'] {
  const byNeed = new Map(
    plans.flatMap((plan) => plan.grant.consumer.systems.map((system) => [needKey({ system, ...plan.grant }), plan])),
  );
  return (need) => byNeed.get(needKey(need));
}

/** A request names its purpose and gets one grant: two for the same need would have to be merged, and never are. */
export function overlapFaults(grants: readonly GrantSource[]): readonly Fault[] {
  const first = new Map<string, string>();
  return grants.flatMap(({ file, grant }) =>
    grant.consumer.systems.flatMap((system) => {
      const key = needKey({ system, ...grant });
      const other = first.get(key);
      first.set(key, other ?? grant.id);
      return other === undefined
        ? []
        : [
            {
              file,
              pointer: '',
              message: `the grant ${other} covers the same need of ${system}`,
              remedy: 'Keep one of the two.',
            },
          ];
    }),
  );
}
