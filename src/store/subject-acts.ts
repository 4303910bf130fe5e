import type { OperatorEntry, Receipt } from '../domain/ledger-entry.ts';
import type { HeldSubjectKey, SealedPart } from '../domain/personal-parts.ts';
import type { Database } from './database.ts';
import { ledgerItem } from './ledger-item.ts';
import type { Databases } from './open-databases.ts';
import { heldSubjectKey, type SubjectKeyRow } from './subject-keys.ts';

/** An entry that a subject's index leads to. */
export interface FoundEntry {
  readonly index: number;
  readonly entry: string;
}

export interface KeptPart extends Omit<SealedPart, 'subject'> {
  /** Undefined if it is destroyed. */
  readonly key: HeldSubjectKey | undefined;
}

export interface Shredding {
  readonly entry: OperatorEntry;
  readonly aside: readonly SealedPart[];
  /** All indexes of whom it is about. */
  readonly subjects: readonly Uint8Array[];
  /** Also the rows of what was sealed under other keys of theirs. */
  readonly wholly: boolean;
}

/** What operators do with the parts about people. */
export interface SubjectActs {
  find(subjects: readonly Uint8Array[]): Promise<readonly FoundEntry[]>;
  entryAt(index: number): Promise<string | undefined>;
  partsOf(exchange: string): Promise<readonly KeptPart[]>;
  keysOf(subjects: readonly Uint8Array[]): Promise<readonly HeldSubjectKey[]>;
  keyOf(kid: string): Promise<HeldSubjectKey | undefined>;
  /** That somebody looked or opened something. */
  enter(entry: OperatorEntry, aside: readonly SealedPart[]): Promise<Receipt>;
  /** Enters that keys are destroyed and destroys them; what the entry says is so from its commit on. */
  shred(shredding: Shredding): Promise<Receipt>;
}

type Planes = Pick<Databases, 'control' | 'subjectKeys'>;

const KEYS = 'select kid, subject, period, wrapped, wrapped_with from ledger.subject_key';

export function subjectActs(databases: Planes): SubjectActs {
  const { control } = databases;
  const keys = (databases.subjectKeys ?? databases).control;
  const keysWhere = async (condition: string, values: readonly unknown[]): Promise<readonly HeldSubjectKey[]> =>
    (await keys.query<SubjectKeyRow>(`${KEYS} where ${condition} order by period`, values)).map(heldSubjectKey);
  return {
    find: async (subjects) => {
      const rows = await control.query<{ index: string | number; entry: string }>(
        `select index, entry from ledger.entry
         where index in (select index from ledger.subject where subject = any ($1)) order by index`,
        [subjects.map((subject) => Buffer.from(subject))],
      );
      return rows.map(({ index, entry }) => ({ index: Number(index), entry }));
    },
    entryAt: async (index) => {
      const [row] = await control.query<{ entry: string }>('select entry from ledger.entry where index = $1', [index]);
      return row?.entry;
    },
    partsOf: async (exchange) => {
      const parts = await control.query<Omit<KeptPart, 'key'> & { readonly shredding: boolean }>(
        `select kid, nonce, box, exists (select from ledger.shredding as marked where marked.kid = held.kid) as shredding
         from ledger.sealed as held where exchange = $1 order by kid`,
        [exchange],
      );
      const alive = parts.filter(({ shredding }) => !shredding).map(({ kid }) => kid);
      const held = await keysWhere('kid = any ($1)', [alive]);
      return parts.map(({ kid, nonce, box }) => ({ kid, nonce, box, key: held.find((key) => key.kid === kid) }));
    },
    keysOf: async (subjects) => await keysWhere('subject = any ($1)', [subjects.map((one) => Buffer.from(one))]),
    keyOf: async (kid) => (await keysWhere('kid = $1', [kid]))[0],
    enter: async (entry, aside) =>
      await receiptOf(control, 'select index, leaf from ledger.append_act($1)', [ledgerItem(entry, aside)]),
    shred: async ({ entry, aside, subjects, wholly }) => {
      const indexes = subjects.map((subject) => Buffer.from(subject));
      const elsewhere = databases.subjectKeys !== undefined;
      const receipt = await receiptOf(control, 'select index, leaf from ledger.shred($1, $2, $3, $4)', [
        ledgerItem(entry, aside),
        indexes,
        wholly,
        elsewhere,
      ]);
      await finishShredding(databases);
      return receipt;
    },
  };
}

/**
 * Takes out of the other database what the ledger says is destroyed: what is left to do after a crash between the two. To
 * be done at every start.
 */
export async function finishShredding({ control, subjectKeys }: Planes): Promise<void> {
  if (subjectKeys === undefined) return;
  const marked = await control.query<{ kid: string }>('select kid from ledger.shredding');
  if (marked.length === 0) return;
  const kids = marked.map(({ kid }) => kid);
  await subjectKeys.control.query('select ledger.forget_subject_keys($1)', [kids]);
  await control.query('select ledger.finish_shredding($1)', [kids]);
}

async function receiptOf(database: Database, sql: string, values: readonly unknown[]): Promise<Receipt> {
  const [row] = await database.query<{ index: string | number; leaf: string }>(sql, values);
  if (row === undefined) throw new TypeError('the ledger did not answer');
  return { index: Number(row.index), leaf: row.leaf };
}
