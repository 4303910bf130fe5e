export const BLOCK_KINDS = ['system', 'certificate', 'token'] as const;
export type BlockKind = (typeof BLOCK_KINDS)[number];

/** 停用: a system, certificate or token that may do nothing from now on. */
export interface Block {
  readonly kind: BlockKind;
  /** Id of the system, SHA-256 of the certificate (base64url), or `jti` of the token. */
  readonly value: string;
  readonly reason: string;
  /** RFC 3339 */
  readonly blockedAt: string;
}

export interface Blocks {
  /** True if it was not blocked before; if it was, the reason is the new one. */
  add(block: Omit<Block, 'blockedAt'>): Promise<boolean>;
  /** True if it was blocked. */
  remove(block: Pick<Block, 'kind' | 'value'>): Promise<boolean>;
  list(): Promise<readonly Block[]>;
}
