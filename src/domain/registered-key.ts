import type { PublicJwk } from './public-jwk.ts';

/** `sig`: what the system signs with; `enc`: what its answers are sealed to. */
export type RegisteredUse = 'sig' | 'enc';

/** 登记公钥: a public key of a system. Checked when it was registered: its numbers are a key, and strong enough. */
export interface RegisteredKey {
  readonly system: string;
  /** The thumbprint of RFC 7638. */
  readonly kid: string;
  readonly use: RegisteredUse;
  /** The one algorithm that the key is for: ES256, Ed25519, ECDH-ES+A256KW or RSA-OAEP-256. */
  readonly alg: string;
  readonly jwk: PublicJwk;
  /** Milliseconds since the Unix epoch. */
  readonly validFrom: number;
}

/** What the exchange asks of the register. */
export interface RegisteredKeys {
  /**
   * The keys of a system that are in force now, the newest first: the first is sealed to, each of them verifies. What was
   * withdrawn or has ended is gone from here within a second.
   * @throws Problem `ledger.unwritable` if the database cannot be asked
   */
  keysOf(system: string, use: RegisteredUse): Promise<readonly RegisteredKey[]>;
}

/** One line of the register, whether it is in force or not; times are RFC 3339. */
export interface RegisterEntry extends Omit<RegisteredKey, 'validFrom' | 'jwk'> {
  readonly validFrom: string;
  readonly validUntil: string | null;
  readonly withdrawnAt: string | null;
  readonly registeredAt: string;
}

/** `known`: it was there already; `other`: there, but withdrawn or for something else; `taken`: another system has it. */
export type Registration = 'registered' | 'known' | 'other' | 'taken';

/** What an operator does to the register. */
export interface KeyRegister {
  register(
    key: Omit<RegisteredKey, 'validFrom'>,
    validity: { readonly from: string | undefined; readonly until: string | undefined },
  ): Promise<Registration>;
  /** False if it is not there, or withdrawn already. */
  withdraw(system: string, kid: string): Promise<boolean>;
  list(system: string | undefined): Promise<readonly RegisterEntry[]>;
}
