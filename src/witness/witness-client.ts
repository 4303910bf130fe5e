import type { ProofFrom, Witnesses } from '../domain/witnesses.ts';
import { post } from '../http/post.ts';
import { parseCheckpoint } from '../transparency/checkpoint.ts';
import { parseDecimal } from '../transparency/decimal.ts';
import { formatSignature, parseNote, parseSignatures } from '../transparency/signed-note.ts';
import type { TrustedWitness, TrustPolicy } from '../transparency/trust-policy.ts';
import { formatAddCheckpoint } from './add-checkpoint.ts';

/**
 * Why a witness gave no cosignature. `unreachable`: no answer in time. `refused`: another status than 200. `ahead`: it
 * has cosigned a larger tree of this log. `invalid`: what it answered is no cosignature by its key.
 */
export type Miss = 'unreachable' | 'refused' | 'ahead' | 'invalid';

/** Named as in the trust policy. */
export interface WitnessesObserver {
  cosigned(witness: string): void;
  missed(witness: string, why: Miss): void;
}

export interface WitnessesNeeds {
  /** Witnesses without an address are not asked. */
  readonly policy: Pick<TrustPolicy, 'witnesses'>;
  /** For one witness to answer, a second question included. */
  readonly deadlineMs: number;
  /** PEM: who may have issued the certificates of the witnesses, instead of whom the system trusts. */
  readonly ca?: string | undefined;
  readonly observer: WitnessesObserver;
}

const MAX_ANSWER_BYTES = 65_536;
const CONFLICT = 409;

/** Any witnesses that speak C2SP tlog-witness, asked side by side. */
export function witnesses({ policy, observer, ...limits }: WitnessesNeeds): Witnesses {
  // Owned by this closure: the size at which each was last known to be.
  const asked = policy.witnesses.flatMap((witness) => {
    const { url } = witness;
    return url === undefined ? [] : [{ name: witness.name, ask: askerOf(witness, url, limits) }];
  });
  return {
    cosign: async (note, proofFrom) => {
      const lines = await Promise.all(
        asked.map(async ({ name, ask }) => {
          try {
            const line = await ask(note, proofFrom);
            observer.cosigned(name);
            return [line];
          } catch (error) {
            observer.missed(name, error instanceof Missed ? error.why : 'unreachable');
            return [];
          }
        }),
      );
      return lines.flat();
    },
  };
}

class Missed extends Error {
  readonly why: Miss;

  constructor(why: Miss) {
    super(why);
    this.why = why;
  }
}

type Limits = Pick<WitnessesNeeds, 'deadlineMs' | 'ca'>;
type Ask = (note: string, proofFrom: ProofFrom) => Promise<string>;

function askerOf(witness: TrustedWitness, prefix: string, { deadlineMs, ca }: Limits): Ask {
  const url = new URL(`${prefix.replace(/\/$/, '')}/add-checkpoint`);
  let known = 0;

  return async (note, proofFrom) => {
    const { text } = parseNote(note);
    const { size } = parseCheckpoint(text);
    const signal = AbortSignal.timeout(deadlineMs);
    const submit = async (oldSize: number): ReturnType<typeof post> => {
      if (oldSize > size) throw new Missed('ahead');
      // There is nothing to prove of the empty tree, nor of a tree and itself.
      const proof = oldSize === 0 || oldSize === size ? [] : await proofFrom(oldSize);
      const body = formatAddCheckpoint({ oldSize, proof, note });
      return await post({ url, body, signal, ca, type: 'text/plain; charset=utf-8', maxBytes: MAX_ANSWER_BYTES });
    };
    let answer = await submit(known);
    if (answer.status === CONFLICT) {
      known = sizeIn(answer);
      answer = await submit(known);
    }
    if (answer.status !== 200) throw new Missed('refused');
    const line = cosignatureIn(answer.body.toString('utf8'), text, witness);
    known = size;
    return line;
  };
}

function sizeIn({ type, body }: Awaited<ReturnType<typeof post>>): number {
  const [, digits = ''] = /^([0-9]+)\n$/.exec(body.toString('latin1')) ?? [];
  const size = type === 'text/x.tlog.size' ? parseDecimal(digits) : undefined;
  if (size === undefined) throw new Missed('invalid');
  return size;
}

/** The one by the key of the trust policy; those by other keys are passed over. */
function cosignatureIn(lines: string, text: string, { verifier }: TrustedWitness): string {
  for (const signature of signaturesIn(lines)) {
    if (signature.name !== verifier.name || signature.id !== verifier.id) continue;
    const time = verifier.verify(text, signature.bytes)?.time;
    if (time !== undefined && time > 0) return formatSignature(signature);
  }
  throw new Missed('invalid');
}

function signaturesIn(lines: string): ReturnType<typeof parseSignatures> {
  try {
    return parseSignatures(lines);
  } catch {
    throw new Missed('invalid');
  }
}
