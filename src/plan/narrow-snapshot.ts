import { basename, dirname, join, relative, sep } from 'node:path';
import type { Plan } from '../domain/plan.ts';
import type { Snapshot } from '../domain/snapshot.ts';
import { canonicalHash } from '../keys/canonical-hash.ts';
import type { SnapshotFolders } from './load-snapshot.ts';
import { finderOf } from './plans-by-need.ts';

/** Whose file it is, by the layout that the loader insists on: a grant is named as its file, a contract as its folder. */
type Owner = { readonly grant: string } | { readonly contract: string };

/**
 * The snapshot without every plan that one of these files had a part in. It takes away and never adds: revoking does
 * not wait until somebody else's file is repaired, and granting does.
 *
 * A file of no grant and no contract (departments, systems, purposes) is everybody's, and leaves no plan; cases that
 * test policies are nobody's.
 */
export function narrowSnapshot(snapshot: Snapshot, changed: ReadonlySet<string>, folders: SnapshotFolders): Snapshot {
  const cases = join(folders.policiesDir, 'cases') + sep;
  const owners = [...changed].filter((file) => !file.startsWith(cases)).map((file) => ownerOf(file, snapshot, folders));
  const isOut = ({ grant, contract }: Plan): boolean =>
    owners.some(
      (owner) => owner === undefined || ('grant' in owner ? owner.grant === grant.id : owner.contract === contract.id),
    );
  const plans = snapshot.plans.filter((plan) => !isOut(plan));
  if (plans.length === snapshot.plans.length) return snapshot;
  return {
    ...snapshot,
    plans,
    hash: canonicalHash({ narrowed: snapshot.hash, plans: plans.map(({ hash }) => hash) }),
    findPlan: finderOf(plans),
  };
}

function ownerOf(
  file: string,
  { contracts }: Snapshot,
  { contractsDir, policiesDir }: SnapshotFolders,
): Owner | undefined {
  if (dirname(file) === join(policiesDir, 'grants')) return { grant: basename(file, '.json') };
  const contract = relative(contractsDir, file).split(sep).slice(0, 3).join('.');
  return contracts.has(contract) ? { contract } : undefined;
}
