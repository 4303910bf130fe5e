import type { Clock } from '../domain/clock.ts';
import { type Fault, FaultsError } from '../domain/fault.ts';
import type { HeldKey, HeldKeys, KeyCustody, KeyRing, KeyUse, LedgerSecret, Signer } from '../domain/key-ring.ts';
import { Problem } from '../domain/problem.ts';
import type { PublishedJwk } from '../domain/public-jwk.ts';
import type { TreatmentKeys } from '../domain/treatment-keys.ts';
import { createTreatmentKeys, type EpochSecret } from './treatment-keys.ts';

export interface KeyRingNeeds {
  readonly held: HeldKeys;
  readonly custody: KeyCustody;
  readonly clock: Clock;
}

/** The ring of a running gateway. */
export interface OpenKeyRing extends KeyRing {
  /** Keys of treatments as they were when the ring was last read; undefined if it has no secret for them. */
  treatmentKeys(): TreatmentKeys | undefined;
  /**
   * Opens what a gateway cannot do without, so that a ring that cannot be decrypted shows at start.
   * @throws FaultsError
   */
  start(): Promise<void>;
  /**
   * Reads the ring now; to be done again and again, so that a new epoch is there before a grant names it.
   * @throws Problem `ledger.unwritable`, or Error if a secret of treatments cannot be decrypted
   */
  refresh(): Promise<void>;
}

/** What was decrypted stays in the process by kid: a key never changes, and reading the table costs no decryption. */
export function openKeyRing({ held, custody, clock }: KeyRingNeeds): OpenKeyRing {
  // Owned by this closure.
  const signers = new Map<string, Promise<Signer>>();
  const secrets = new Map<string, Promise<Uint8Array>>();
  let treatments: { readonly kids: string; readonly keys: TreatmentKeys } | undefined;

  async function newest(use: KeyUse): Promise<HeldKey> {
    const key = inForce(await held.all(), use, clock.now());
    if (key === undefined) throw new Error(`the key ring has no key in force for ${use}`);
    return key;
  }

  async function ledgerSecretOf(key: HeldKey): Promise<LedgerSecret> {
    return { kid: key.kid, key: await once(secrets, key, async () => await custody.secret(key)) };
  }

  async function refresh(): Promise<void> {
    const keys = (await held.all()).filter(({ use }) => use === 'treatment');
    const kids = keys.map(({ kid }) => kid).join();
    if (keys.length === 0 || treatments?.kids === kids) return;
    const epochs = await Promise.all(
      keys.map(
        async (key): Promise<EpochSecret> => ({
          fromEpoch: key.fromEpoch ?? 1,
          secret: await once(secrets, key, async () => await custody.secret(key)),
        }),
      ),
    );
    treatments = { kids, keys: createTreatmentKeys(epochs) };
  }

  const ring: OpenKeyRing = {
    signer: async (use) => {
      const key = await newest(use);
      return await once(signers, key, async () => await custody.signer(key));
    },
    ledgerSecret: async () => await ledgerSecretOf(await newest('ledger')),
    ledgerSecrets: async () =>
      await Promise.all((await held.all()).filter(({ use }) => use === 'ledger').map(ledgerSecretOf)),
    published: async (use) =>
      publishedOf(await held.all(), clock.now())
        .filter((key) => use === undefined || key.of === use)
        .map(({ jwk }) => jwk),
    treatmentKeys: () => treatments?.keys,
    refresh,
    start: async () => {
      const faults: Fault[] = [];
      for (const [use, open] of [
        ['answer', async () => await ring.signer('answer')],
        ['ledger', async () => await ring.ledgerSecret()],
        ['treatment', refresh],
      ] as const)
        await open().catch((error: unknown) => faults.push(faultOf(use, error)));
      if (faults.length > 0) throw new FaultsError(faults);
    },
  };
  return ring;
}

/** Our own errors say which key it is about, and nothing of it. */
function faultOf(use: KeyUse, error: unknown): Fault {
  if (error instanceof Problem) throw error;
  return {
    file: 'the key ring',
    pointer: '',
    message: error instanceof Error ? error.message : `it cannot be opened for ${use}`,
    remedy: 'See README.md, “Keys”: `shuqiao key list` shows what there is.',
  };
}

/** A key that could not be opened is tried again: a KMS that is away for a moment does not end a gateway. */
async function once<T>(known: Map<string, Promise<T>>, { kid }: HeldKey, open: () => Promise<T>): Promise<T> {
  const opening = known.get(kid) ?? open();
  known.set(kid, opening);
  try {
    return await opening;
  } catch (error) {
    known.delete(kid);
    throw error;
  }
}

function inForce(keys: readonly HeldKey[], use: KeyUse, now: number): HeldKey | undefined {
  return keys
    .filter((key) => key.use === use && key.activeFrom <= now && (key.retiredAt === undefined || now < key.retiredAt))
    .reduce<HeldKey | undefined>(
      (best, key) => (best === undefined || key.activeFrom >= best.activeFrom ? key : best),
      undefined,
    );
}

function publishedOf(
  keys: readonly HeldKey[],
  now: number,
): readonly { readonly of: KeyUse; readonly jwk: PublishedJwk }[] {
  return keys.flatMap(({ kid, use, alg, publicJwk, expiresAt }) =>
    publicJwk === undefined || (expiresAt !== undefined && expiresAt <= now)
      ? []
      : [{ of: use, jwk: { ...publicJwk, kid, alg, use: 'sig' } }],
  );
}
