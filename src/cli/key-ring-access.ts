import { keyEncryptionKeySources, readKeyCustody } from '../config/key-encryption-key.ts';
import type { HeldKeysWriter, KeyUse } from '../domain/key-ring.ts';
import type { SoftwareCustody } from '../keys/key-custody.ts';
import { heldKeysWriter } from '../store/held-keys.ts';
import { type Shell, UsageError } from './command.ts';
import { withControl } from './control-database.ts';

export interface RingAccess {
  readonly ring: HeldKeysWriter;
  readonly custody: SoftwareCustody;
}

const USES = ['answer', 'token', 'treatment', 'ledger'] as const;

/** The ring of the database, and the key-encryption key of the environment. */
export async function withRing<T>(shell: Shell, work: (access: RingAccess) => Promise<T>): Promise<T> {
  const custody = readKeyCustody(keyEncryptionKeySources(shell.environment));
  return await withControl(shell, async (control) => await work({ ring: heldKeysWriter(control), custody }));
}

/** @throws UsageError */
export function useOf(text: string | undefined): KeyUse {
  const use = USES.find((known) => known === text);
  if (use === undefined) throw new UsageError();
  return use;
}

const UNITS: ReadonlyMap<string, number> = new Map([
  ['s', 1000],
  ['m', 60_000],
  ['h', 3_600_000],
  ['d', 86_400_000],
]);

/** `90d`, `24h`, `10m`, `30s`, in milliseconds. @throws UsageError */
export function durationOf(text: string): number {
  const [, digits = '', unit = ''] = /^([0-9]{1,6})([smhd])$/.exec(text) ?? [];
  const milliseconds = UNITS.get(unit);
  if (milliseconds === undefined) throw new UsageError();
  return Number(digits) * milliseconds;
}
