/** What can be frozen 停用: nothing goes on with it from then on. A department is frozen as who asks and as who is asked. */
export const FREEZE_KINDS = [
  'everything',
  'department',
  'system',
  'certificate',
  'token',
  'contract',
  'grant',
] as const;
export type FreezeKind = (typeof FREEZE_KINDS)[number];

export interface Freezable {
  readonly kind: FreezeKind;
  /** Its id; SHA-256 of the certificate (base64url), `jti` of the token, `EVERYTHING`. */
  readonly value: string;
}

/** There is one of it. */
export const EVERYTHING = { kind: 'everything', value: '*' } as const;

/** As whom the gateway freezes by itself. Nobody else is called so, and it lifts nothing. */
export const GATEWAY_OFFICER = 'gateway';

export interface Freeze extends Freezable {
  readonly reason: string;
  /** All who froze it; none of them lifts it. Nobody of what was frozen before officers were asked for. */
  readonly officers: readonly string[];
  /** RFC 3339 */
  readonly frozenAt: string;
}

/** Who freezes or lifts something, and why. */
export interface FreezeOrder extends Freezable {
  readonly officer: string;
  readonly reason: string;
}

/** `frozen-already`: the reason is the new one, and the officer one more who does not lift it. */
export type FreezeVerdict = 'frozen' | 'frozen-already';
export type LiftVerdict = 'lifted' | 'not-frozen' | 'same-officer';

/**
 * Each order is an entry of the ledger in the same commit, those that are refused too. What cannot be entered does not
 * happen, and that is safe: a ledger that takes no entry of a freeze takes none of a release either.
 */
export interface Freezer {
  add(order: FreezeOrder): Promise<FreezeVerdict>;
}

export interface Freezes extends Freezer {
  lift(order: FreezeOrder): Promise<LiftVerdict>;
  list(): Promise<readonly Freeze[]>;
}

export interface FrozenThings {
  /**
   * Which of these is frozen, as it was within the last half second; undefined if none.
   * @throws Problem `ledger.unwritable` where that is not known
   */
  find(things: readonly Freezable[]): Promise<Freezable | undefined>;
}
