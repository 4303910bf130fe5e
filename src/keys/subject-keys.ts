import { randomBytes, randomUUID } from 'node:crypto';
import { canonicalJson } from '../domain/canonical-json.ts';
import type { LedgerSecret } from '../domain/key-ring.ts';
import type { HeldSubjectKey, SubjectKeyRegister } from '../domain/personal-parts.ts';
import { decryptGcm, encryptGcm } from './aes-gcm.ts';
import { ledgerKey } from './subject-index.ts';

const KEY_BYTES = 32;
/** After it a gateway asks again, and so hears that a key was shredded. */
const REMEMBERED_MS = 60_000;
const MAX_REMEMBERED = 4096;

export interface SubjectKey {
  readonly kid: string;
  readonly key: Uint8Array;
}

export interface SubjectKeysNeeds {
  readonly register: SubjectKeyRegister;
  /** All secrets of the ring by which keys may be wrapped. */
  readonly secrets: () => Promise<readonly LedgerSecret[]>;
  readonly now: () => number;
}

/** Whose key, and for when. */
export interface SubjectKeyOf {
  readonly subject: Uint8Array;
  readonly period: string;
}

/**
 * The keys of subjects, made when they are first needed: a round trip to the register for the first exchange of a subject
 * in a minute, none for those after it.
 */
export function subjectKeys({ register, secrets, now }: SubjectKeysNeeds) {
  // Owned by this closure. The oldest goes when there are too many; what failed is not remembered.
  const known = new Map<string, { readonly until: number; readonly key: Promise<SubjectKey> }>();

  async function ask({ subject, period }: SubjectKeyOf, secret: LedgerSecret): Promise<SubjectKey> {
    const kid = randomUUID();
    const fresh = { kid, key: new Uint8Array(randomBytes(KEY_BYTES)) };
    const of = { kid, subject, period };
    const held = await register.keep({ ...of, wrapped: wrap(secret, of, fresh.key), wrappedWith: secret.kid });
    return held.kid === kid ? fresh : { kid: held.kid, key: openSubjectKey(await secrets(), held) };
  }

  return async (of: SubjectKeyOf, secret: LedgerSecret): Promise<SubjectKey> => {
    const name = `${Buffer.from(of.subject).toString('base64')}/${of.period}`;
    const held = known.get(name);
    if (held !== undefined && now() < held.until) return await held.key;
    const asked = { until: now() + REMEMBERED_MS, key: ask(of, secret) };
    known.delete(name);
    known.set(name, asked);
    const oldest = known.size > MAX_REMEMBERED ? known.keys().next() : undefined;
    if (oldest?.done === false) known.delete(oldest.value);
    try {
      return await asked.key;
    } catch (error) {
      if (known.get(name) === asked) known.delete(name);
      throw error;
    }
  };
}

type Wrapped = Pick<HeldSubjectKey, 'kid' | 'subject' | 'period'>;

/** Under a key of its own for each, so that no number of subjects meets the limit of random nonces (SP 800-38D §8.3). */
function wrap({ key }: LedgerSecret, of: Wrapped, subjectKey: Uint8Array): Uint8Array {
  return encryptGcm(wrappingKey(key, of), subjectKey, contextOf(of));
}

/** @throws Error if the ring has no longer what it was wrapped with, or it is another's */
export function openSubjectKey(secrets: readonly LedgerSecret[], held: HeldSubjectKey): Uint8Array {
  const secret = secrets.find(({ kid }) => kid === held.wrappedWith);
  if (secret === undefined) throw new Error('the key ring has not the secret that this key is encrypted under');
  return decryptGcm(wrappingKey(secret.key, held), held.wrapped, contextOf(held));
}

function wrappingKey(secret: Uint8Array, { kid }: Wrapped): Uint8Array {
  return ledgerKey(secret, ['subject-key', kid]);
}

function contextOf({ kid, subject, period }: Wrapped): string {
  return canonicalJson(['shuqiao-subject-key', kid, Buffer.from(subject).toString('hex'), period]);
}
