/** Everything the gateway needs to know about the algorithms it uses. What is not listed is refused, whatever the library can do. */
export const SIGNATURE_ALGORITHMS = ['ES256', 'Ed25519'] as const;
export type SignatureAlgorithm = (typeof SIGNATURE_ALGORITHMS)[number];

export const KEY_AGREEMENTS = ['ECDH-ES+A256KW', 'RSA-OAEP-256'] as const;
export type KeyAgreement = (typeof KEY_AGREEMENTS)[number];

export function isKeyAgreement(alg: string): alg is KeyAgreement {
  return KEY_AGREEMENTS.some((known) => known === alg);
}

export const CONTENT_ENCRYPTION = 'A256GCM';

/** The `typ` of a signed answer. */
export const ANSWER_TYPE = 'shuqiao-answer+jwt';

interface PublicNumbers {
  readonly kty?: string | undefined;
  readonly crv?: string | undefined;
  readonly n?: string | undefined;
}

const MIN_RSA_MODULUS_BITS = 2048;

/** How a key of this kind signs; undefined if it may not. */
export function signatureAlgorithmOf({ kty, crv }: PublicNumbers): SignatureAlgorithm | undefined {
  if (kty === 'EC' && crv === 'P-256') return 'ES256';
  return kty === 'OKP' && crv === 'Ed25519' ? 'Ed25519' : undefined;
}

/** How an answer is encrypted to a key of this kind; undefined if it may not be. RSA below 2048 bits may not. */
export function keyAgreementOf({ kty, crv, n }: PublicNumbers): KeyAgreement | undefined {
  if (kty === 'EC' && crv === 'P-256') return 'ECDH-ES+A256KW';
  return kty === 'RSA' && n !== undefined && bitsOf(n) >= MIN_RSA_MODULUS_BITS ? 'RSA-OAEP-256' : undefined;
}

/** Zeros in front make a number longer and no stronger. */
function bitsOf(base64url: string): number {
  return BigInt(`0x0${Buffer.from(base64url, 'base64url').toString('hex')}`).toString(2).length;
}
