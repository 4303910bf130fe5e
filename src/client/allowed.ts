/** What a consumer takes, whatever an answer says and whatever the library can do. */
export const ALLOWED = {
  /** RFC 8725 §3.11: what the gateway signs as something else is no answer. */
  type: 'shuqiao-answer+jwt',
  signature: ['ES256', 'Ed25519'],
  agreement: ['ECDH-ES+A256KW', 'RSA-OAEP-256'],
  encryption: ['A256GCM'],
} as const;

interface Numbers {
  readonly kty?: string | undefined;
  readonly crv?: string | undefined;
}

/** By the kind of key, never by what a header says of it. */
export function signatureAlgorithmOf({ kty, crv }: Numbers): (typeof ALLOWED.signature)[number] | undefined {
  if (kty === 'EC' && crv === 'P-256') return 'ES256';
  return kty === 'OKP' && crv === 'Ed25519' ? 'Ed25519' : undefined;
}

/** As `signatureAlgorithmOf`, for keys that answers are sealed to. */
export function agreementOf({ kty, crv }: Numbers): (typeof ALLOWED.agreement)[number] | undefined {
  if (kty === 'EC' && crv === 'P-256') return 'ECDH-ES+A256KW';
  return kty === 'RSA' ? 'RSA-OAEP-256' : undefined;
}
