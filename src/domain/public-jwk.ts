/** RFC 7517, the members of a public key that the gateway knows, and no others. */
export interface PublicJwk {
  readonly kty: string;
  readonly crv?: string;
  readonly x?: string;
  readonly y?: string;
  readonly n?: string;
  readonly e?: string;
}

/** A public key as a JWKS holds it. */
export interface PublishedJwk extends PublicJwk {
  readonly kid: string;
  readonly alg: string;
  readonly use: 'sig' | 'enc';
}
