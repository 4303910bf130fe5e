import type { LedgerSecret } from '../domain/key-ring.ts';
import type { PersonalSealer, SealingFor } from '../domain/personal-parts.ts';
import { type SealingKey, sealParts } from './sealed-parts.ts';
import { subjectIndex, systemIndex } from './subject-index.ts';
import { type SubjectKeysNeeds, subjectKeys } from './subject-keys.ts';

export interface PersonalSealerNeeds extends SubjectKeysNeeds {
  /** The secret in force. */
  readonly secret: () => Promise<LedgerSecret>;
}

const YEAR = '2026'.length;
const MONTH = '2026-11'.length;

/** Seals under a key for each subject and year; what has no subject, under one for its system and month. */
export function createPersonalSealer(needs: PersonalSealerNeeds): PersonalSealer {
  const keyOf = subjectKeys(needs);

  async function keysOf({ subjects, system, at }: SealingFor): Promise<readonly SealingKey[]> {
    const secret = await needs.secret();
    if (subjects.length === 0) {
      const of = { subject: systemIndex(secret, system), period: at.slice(0, MONTH) };
      return [{ ...(await keyOf(of, secret)), of: undefined }];
    }
    return await Promise.all(
      subjects.map(async (subject) => {
        const index = subjectIndex(secret, subject);
        const key = await keyOf({ subject: index, period: at.slice(0, YEAR) }, secret);
        return { ...key, of: { subject, index } };
      }),
    );
  }

  return {
    prepare: (sealing) => {
      keysOf(sealing).catch(() => {});
    },
    seal: async (exchange, sealing, parts) => sealParts(exchange, await keysOf(sealing), parts),
  };
}
