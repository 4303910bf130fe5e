import type { Clock, Randomness } from '../../domain/clock.ts';
import type { LedgerSecret } from '../../domain/key-ring.ts';
import type { LedgerWriter, Receipt } from '../../domain/ledger-entry.ts';
import type { PersonalParts, PersonalSealer } from '../../domain/personal-parts.ts';
import { commitment, salted } from '../../keys/commitment.ts';
import type { Committed, Reached } from '../states.ts';
import { wordsOf } from '../words-of.ts';
import { type Ending, entryOf } from './entry.ts';

export interface EnterNeeds {
  readonly ledger: LedgerWriter;
  readonly clock: Clock;
  readonly random: Randomness;
  /** Under which the caller's words (case, officer) are digested. */
  readonly ledgerSecret: () => Promise<LedgerSecret>;
  readonly personal: Pick<PersonalSealer, 'seal'>;
}

/**
 * The entry and, in the same commit, what of it is about people, encrypted. If that cannot be encrypted there is no entry
 * either, and so no release.
 */
export function enter({ ledger, clock, random, ledgerSecret, personal }: EnterNeeds) {
  return async (
    reached: Reached,
    ending: Omit<Ending, 'decidedAt' | 'committed' | 'keyed' | 'blind'>,
  ): Promise<Receipt> => {
    const { parts, committed } = withSource(committedOf(reached, random), reached);
    const entry = entryOf(reached, {
      ...ending,
      decidedAt: new Date(clock.now()).toISOString(),
      committed,
      keyed: await keyedOf(parts, ledgerSecret),
      ...blinded(committed, random),
    });
    const { exchange, receivedAt: at, system } = reached;
    // Whose caller is not known was not asked anything by anybody.
    if (system === undefined || isEmpty(parts)) return await ledger.append(entry);
    const sealing = { subjects: parts.subjects, system: system.id, at };
    return await ledger.append(entry, await personal.seal(exchange, sealing, parts));
  };
}

/**
 * The caller of a refusal holds the leaf of its entry, and knows most of what is in it: without something random there,
 * it could try out the rest, whether a contract exists say. A salted digest is that already.
 */
function blinded({ digests }: Committed, random: Randomness): Pick<Ending, 'blind'> {
  if (Object.keys(digests).length > 0) return {};
  return { blind: Buffer.from(random.bytes(BLIND_BYTES)).toString('base64url') };
}

const BLIND_BYTES = 16;

interface ToEnter {
  readonly parts: PersonalParts;
  readonly committed: Committed;
}

const NOTHING: ToEnter = {
  parts: { subjects: [], words: {}, salts: {} },
  committed: { digests: {}, sizes: {} },
};

/** As the answer says it, or if there is none with a salt that nobody else gets. */
function committedOf({ committed, personal, request }: Reached, random: Randomness): ToEnter {
  if (committed !== undefined && personal !== undefined) return { parts: personal, committed };
  if (request === undefined) return NOTHING;
  const { digest, salt } = salted(random, request.body);
  return {
    parts: { subjects: request.subjects, words: wordsOf(request), salts: { request: salt } },
    committed: { digests: { request: digest }, sizes: { request: request.bytes } },
  };
}

function withSource({ parts, committed: { digests, sizes } }: ToEnter, { source }: Reached): ToEnter {
  const { answer, bytes } = source ?? {};
  return {
    parts: answer === undefined ? parts : { ...parts, salts: { ...parts.salts, source: answer.salt } },
    committed: {
      digests: answer === undefined ? digests : { ...digests, source: answer.digest },
      sizes: bytes === undefined ? sizes : { ...sizes, source: bytes },
    },
  };
}

function isEmpty({ subjects, words, salts }: PersonalParts): boolean {
  return subjects.length === 0 && Object.keys({ ...words, ...salts }).length === 0;
}

async function keyedOf({ words }: PersonalParts, ledgerSecret: EnterNeeds['ledgerSecret']): Promise<Ending['keyed']> {
  const entries = Object.entries(words);
  if (entries.length === 0) return {};
  const { kid, key } = await ledgerSecret();
  return { ...Object.fromEntries(entries.map(([name, text]) => [name, commitment(key, text)])), digestedWith: kid };
}
