import { randomUUID } from 'node:crypto';
import { keyEncryptionKeySources, readKeyCustody } from '../config/key-encryption-key.ts';
import { subjectOf } from '../contract/subjects-in.ts';
import type { JsonObject } from '../domain/json.ts';
import type { LedgerSecret } from '../domain/key-ring.ts';
import { ENTRY_VERSION, type OperatorEntry } from '../domain/ledger-entry.ts';
import type { PersonalSealer, SealedPart, Subject } from '../domain/personal-parts.ts';
import { commitment } from '../keys/commitment.ts';
import { openKeyRing } from '../keys/key-ring.ts';
import { createPersonalSealer } from '../keys/personal-sealer.ts';
import type { Database } from '../store/database.ts';
import { heldKeys } from '../store/held-keys.ts';
import { finishShredding, type SubjectActs, subjectActs } from '../store/subject-acts.ts';
import { subjectKeyRegister } from '../store/subject-keys.ts';
import { type Shell, UsageError } from './command.ts';
import { type CommandDatabases, withDatabases } from './control-database.ts';

export interface SubjectAccess {
  readonly databases: CommandDatabases;
  readonly acts: SubjectActs;
  readonly control: Database;
  /** All secrets that subjects may be indexed and their keys wrapped with. */
  readonly secrets: readonly LedgerSecret[];
  /** An entry of what is about to be done, and its parts. */
  entry(act: Act): Promise<{ readonly entry: OperatorEntry; readonly aside: readonly SealedPart[] }>;
}

export interface Act {
  readonly kind: OperatorEntry['kind'];
  /** What is kept in clear is in the sealed part only; the entry has the keyed digests. */
  readonly words: Readonly<Record<string, string>>;
  /** Under whose keys the part is; under those of operators if nobody's. */
  readonly subjects?: readonly Subject[];
  readonly details: JsonObject;
  /** How the keyed digests of the words stand in the entry; each under the name of its word if not given. */
  readonly shape?: (keyed: Readonly<Record<string, string>>) => JsonObject;
}

/** Operators are no system; none can be called so, because ids of systems have a dot. */
const OPERATORS = 'operators';

/** What was destroyed before a crash is finished first. */
export async function withSubjects<T>(shell: Shell, work: (access: SubjectAccess) => Promise<T>): Promise<T> {
  const custody = readKeyCustody(keyEncryptionKeySources(shell.environment));
  return await withDatabases(shell, async (databases) => {
    await finishShredding(databases);
    const ring = openKeyRing({ held: heldKeys(databases.control), custody, clock: { now: Date.now } });
    const register = subjectKeyRegister((databases.subjectKeys ?? databases).control);
    const { ledgerSecret: secret, ledgerSecrets: secrets } = ring;
    const sealer = createPersonalSealer({ register, secret, secrets, now: Date.now });
    return await work({
      databases,
      acts: subjectActs(databases),
      control: databases.control,
      secrets: await secrets(),
      entry: async (act) => await entryOf(act, sealer, await secret()),
    });
  });
}

async function entryOf(
  { kind, words, subjects = [], details, shape = (keyed) => keyed }: Act,
  sealer: PersonalSealer,
  { kid, key }: LedgerSecret,
): ReturnType<SubjectAccess['entry']> {
  const id = randomUUID();
  const decidedAt = new Date().toISOString();
  const keyed = Object.entries(words).map(([name, text]) => [name, commitment(key, text)] as const);
  const entry: OperatorEntry = {
    v: ENTRY_VERSION,
    kind,
    id,
    decidedAt,
    ...shape(Object.fromEntries(keyed)),
    digestedWith: kid,
    ...details,
  };
  const sealing = { subjects, system: OPERATORS, at: decidedAt };
  return { entry, aside: await sealer.seal(id, sealing, { subjects, words, salts: {} }) };
}

const MAX_IDENTIFIER = 256;

/**
 * The identifier that somebody writes on standard input: not an argument, which every process of the host can read.
 * @throws UsageError for a type that identifies nobody
 * @throws Error if it is no value of the type; it is not repeated
 */
export async function readSubject(type: string, { stdin }: Shell): Promise<Subject> {
  let text = '';
  for await (const chunk of stdin) {
    text += typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString('utf8');
    if (text.length > MAX_IDENTIFIER) throw new Error('What came on standard input is too long for an identifier.');
  }
  const subject = subjectOf(type, text.trim());
  if (subject === undefined)
    throw new Error(`What came on standard input is no ${type}, or a ${type} identifies nobody.`);
  return subject;
}

const MAX_WORDS = 500;

/** @throws UsageError if it is missing, empty or too long */
export function wordsFrom(value: string | undefined): string {
  const text = value?.trim() ?? '';
  if (text === '' || text.length > MAX_WORDS) throw new UsageError();
  return text;
}
