import type { HeldSubjectKey, SubjectKeyRegister } from '../domain/personal-parts.ts';
import { type Database, translated } from './database.ts';

export interface SubjectKeyRow {
  readonly kid: string;
  readonly subject: Uint8Array;
  readonly period: string;
  readonly wrapped: Uint8Array;
  readonly wrapped_with: string;
}

/** The register in the database where the keys are, which need not be that of the ledger. */
export function subjectKeyRegister(database: Database): SubjectKeyRegister {
  return {
    keep: async ({ kid, subject, period, wrapped, wrappedWith }) => {
      const [row] = await translated(
        database.query<SubjectKeyRow>('select * from ledger.keep_subject_key($1, $2, $3, $4, $5)', [
          kid,
          Buffer.from(subject),
          period,
          Buffer.from(wrapped),
          wrappedWith,
        ]),
      );
      if (row === undefined) throw new TypeError('the register of subjects’ keys did not answer');
      return heldSubjectKey(row);
    },
  };
}

export function heldSubjectKey({
  kid,
  subject,
  period,
  wrapped,
  wrapped_with: wrappedWith,
}: SubjectKeyRow): HeldSubjectKey {
  return { kid, subject: Uint8Array.from(subject), period, wrapped: Uint8Array.from(wrapped), wrappedWith };
}
