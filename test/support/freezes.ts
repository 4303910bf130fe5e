import { randomBytes } from 'node:crypto';
import type { Freezable, FreezeVerdict, LiftVerdict } from '../../src/domain/freeze.ts';
import type { Database } from '../../src/store/database.ts';
import { freezes } from '../../src/store/freezes.ts';
import type { TestDatabase } from './database.ts';

export const ACTS = { clock: { now: Date.now }, random: { bytes: randomBytes } };

export function freezesOf(database: Database) {
  return freezes(database, ACTS);
}

/** By one officer … */
export async function freeze({ databases }: TestDatabase, thing: Freezable, reason = 'lost'): Promise<FreezeVerdict> {
  return await freezesOf(databases.control).add({ ...thing, officer: 'officer-a', reason });
}

/** … and lifted by another. */
export async function lift({ databases }: TestDatabase, { kind, value }: Freezable): Promise<LiftVerdict> {
  return await freezesOf(databases.control).lift({ kind, value, officer: 'officer-b', reason: 'found' });
}
