import { childrenOf, contentOf, type Der, DerError, hexOf, TAGS } from './der.ts';

export interface Extension {
  /** OID, as hexadecimal digits. */
  readonly id: string;
  /** Whoever does not know it must not use what it stands in (RFC 5280 §4.2). */
  readonly critical: boolean;
  readonly value: Uint8Array;
}

/** @throws DerError */
export function readExtensions(sequence: Der | undefined): readonly Extension[] {
  return childrenOf(sequence).map((element) => {
    const parts = [...childrenOf(element)];
    const id = hexOf(contentOf(parts.shift(), TAGS.oid));
    const flag = parts[0]?.tag === TAGS.boolean ? parts.shift() : undefined;
    const value = contentOf(parts.shift(), TAGS.octetString);
    if (parts.length > 0) throw new DerError('more than an extension');
    return { id, critical: flag !== undefined && flag.content[0] !== 0, value };
  });
}
