import { randomBytes } from 'node:crypto';
import type { Plan } from '../domain/plan.ts';
import type { Snapshot } from '../domain/snapshot.ts';
import { createTreatmentKeys } from '../keys/treatment-keys.ts';
import { loadSnapshot } from '../plan/load-snapshot.ts';

/** The options of `node:util` parseArgs by which every policy command is told where contracts and policies are. */
export const FOLDER_OPTIONS = {
  contracts: { type: 'string', default: 'contracts' },
  policies: { type: 'string', default: 'policies' },
} as const;

/** How they read in a usage line. */
export const FOLDER_USAGE = '[--contracts DIR] [--policies DIR]';

/** The treatment secret of what is rehearsed: 32 zero bytes, so that a pseudonym comes out the same everywhere. */
export const REHEARSAL_SEED = new Uint8Array(32);

export interface FolderValues {
  readonly contracts: string;
  readonly policies: string;
}

/**
 * Contracts and policies as the gateway would load them. Nothing that is looked at needs the gateway's own keys, so they
 * are made up here; a command whose pseudonyms must come out the same gives a seed.
 * @throws FaultsError
 */
export function loadFolders(folders: FolderValues, seed: Uint8Array = randomBytes(32)): Snapshot {
  return loadSnapshot({ contractsDir: folders.contracts, policiesDir: folders.policies }, createTreatmentKeys(seed));
}

/** @throws Error in words for whoever typed the id */
export function grantOf(snapshot: Snapshot, id: string): Plan {
  const plan = snapshot.plans.find(({ grant }) => grant.id === id);
  if (plan === undefined) throw new Error(`There is no grant ${id}.`);
  return plan;
}
