import type { PublicJwk, PublishedJwk } from './public-jwk.ts';

/** What the gateway signs: answers, access tokens. */
export type SigningUse = 'answer' | 'token';
/** What it derives and digests with: keys of treatments, and of the caller's words in the ledger. */
export type SecretUse = 'treatment' | 'ledger';
export type KeyUse = SigningUse | SecretUse;

export type SigningAlgorithm = 'ES256' | 'Ed25519';

/** A private key that signs without being seen: it may be in this process or in a device. */
export interface Signer {
  readonly kid: string;
  readonly alg: SigningAlgorithm;
  readonly publicJwk: PublicJwk;
  /** The signature as a JWS has it (RFC 7518 §3.4: r ‖ s; RFC 8037). */
  sign(data: Uint8Array): Promise<Uint8Array>;
}

/** What the caller's words are digested with for the ledger; what indexes subjects and wraps their keys is derived from it. */
export interface LedgerSecret {
  readonly kid: string;
  readonly key: Uint8Array;
}

/** 密钥环, as the exchange and the authorization server see it. Rotation takes effect within a second. */
export interface KeyRing {
  /**
   * What signs now.
   * @throws Problem `ledger.unwritable` if the database cannot be asked
   * @throws Error if the ring has no key in force for it
   */
  signer(use: SigningUse): Promise<Signer>;
  /** @throws as `signer` */
  ledgerSecret(): Promise<LedgerSecret>;
  /** Also those that retired: what was indexed and wrapped with them is found and opened with them. @throws as `signer` */
  ledgerSecrets(): Promise<readonly LedgerSecret[]>;
  /** The public keys of a use, or of all: what will sign, signs, and has signed and still verifies. */
  published(use?: SigningUse): Promise<readonly PublishedJwk[]>;
}

/** Which key, so that what was wrapped for one is never taken for another. */
export interface KeyName {
  readonly kid: string;
  readonly use: KeyUse;
}

/**
 * A key-encryption key, wherever it is: a file, a command, a KMS. It encrypts the data keys of the ring and never leaves.
 */
export interface KeyWrapper {
  /** Which one it is; kept beside what it wrapped. */
  readonly id: string;
  wrap(dataKey: Uint8Array, of: KeyName): Promise<Uint8Array>;
  /** @throws Error without a value in it if it was not wrapped by this key, or for another name */
  unwrap(wrapped: Uint8Array, of: KeyName): Promise<Uint8Array>;
}

/** A key as the database has it: what is private is encrypted. Times in milliseconds since the Unix epoch. */
export interface HeldKey extends KeyName {
  readonly alg: string;
  /** Absent for secrets. */
  readonly publicJwk: PublicJwk | undefined;
  readonly sealed: Uint8Array;
  /** The data key that `sealed` is encrypted under, wrapped. */
  readonly dataKey: Uint8Array;
  readonly wrappedBy: string;
  readonly activeFrom: number;
  /** Of a treatment secret only: the first epoch that it is for. */
  readonly fromEpoch: number | undefined;
  readonly retiredAt: number | undefined;
  readonly expiresAt: number | undefined;
}

/** A key that was just made and has no time yet. */
export type MadeKey = Omit<HeldKey, 'activeFrom' | 'fromEpoch' | 'retiredAt' | 'expiresAt'>;

/** The table of the ring, read. */
export interface HeldKeys {
  all(): Promise<readonly HeldKey[]>;
}

/** What an operator does to it. */
export interface HeldKeysWriter extends HeldKeys {
  /**
   * Adds a key; every other of its use signs until it begins and is published until `until`, but treatment secrets, of
   * which each stays. One step: two that are done at the same time are done one after the other.
   * @param predecessor the kid of the newest key of the use as it was read, which no other may have followed meanwhile
   * @returns the kids of what was retired; undefined if another followed, or the key or a secret for its epoch is there
   */
  join(
    key: Omit<HeldKey, 'retiredAt' | 'expiresAt'>,
    after: { readonly predecessor: string | undefined; readonly until: number },
  ): Promise<readonly string[] | undefined>;
  /** False if its data key is not the one that was read any more. */
  rewrap(key: HeldKey, wrapped: { readonly dataKey: Uint8Array; readonly by: string }): Promise<boolean>;
}

/**
 * Who holds private keys and uses them. The software one decrypts them into this process; a device would be told `kid`
 * and sign itself, and `sealed` would be what it knows the key by.
 */
export interface KeyCustody {
  /** @param alg of a key to sign with: ES256 if not given */
  generate(use: KeyUse, alg?: SigningAlgorithm): Promise<MadeKey>;
  signer(key: HeldKey): Promise<Signer>;
  /** The 32 bytes of a secret; a device would keep these in software too, since every field of an answer needs them. */
  secret(key: HeldKey): Promise<Uint8Array>;
}
