import type { Clock, Randomness } from '../domain/clock.ts';
import { uuidV7 } from '../domain/identifier.ts';
import type { JsonObject } from '../domain/json.ts';
import { ENTRY_VERSION, type OperatorEntry } from '../domain/ledger-entry.ts';
import { salted } from '../keys/commitment.ts';

/** An entry of what an officer ordered, and what it has salted digests of. */
export interface OfficerAct {
  readonly entry: OperatorEntry;
  /** Kept in a table beside the ledger, where they can be taken out again; of use to nobody without the entry. */
  readonly words: Readonly<Record<string, { readonly text: string; readonly salt: string }>>;
}

export interface ActNeeds {
  readonly clock: Clock;
  readonly random: Randomness;
}

/**
 * Under salts and not under the key ring: an officer who has to freeze something has the database and need not have the
 * key-encryption key, which may be what is away.
 * @param words who and why
 * @param details what the entry says in clear: ids only
 */
export function officerAct(
  kind: OperatorEntry['kind'],
  { words, details }: { readonly words: Readonly<Record<string, string>>; readonly details: JsonObject },
  { clock, random }: ActNeeds,
): OfficerAct {
  const under = Object.entries(words).map(([name, text]) => ({ name, text, ...salted(random, text) }));
  return {
    entry: {
      v: ENTRY_VERSION,
      kind,
      id: uuidV7(clock.now(), random.bytes(10)),
      decidedAt: new Date(clock.now()).toISOString(),
      ...Object.fromEntries(under.map(({ name, digest }) => [name, digest])),
      ...details,
    },
    words: Object.fromEntries(under.map(({ name, text, salt }) => [name, { text, salt }])),
  };
}
