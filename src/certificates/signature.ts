import { type KeyObject, verify, type X509Certificate } from 'node:crypto';
import { childrenOf, contentOf, type Der, DerError, hexOf, readDer, TAGS } from './der.ts';

/** What is hashed before it is signed, by the OID of the signature; null where the signature does that itself. */
const SIGNATURES: ReadonlyMap<string, string | null> = new Map([
  ['2a864886f70d01010b', 'sha256'], // sha256WithRSAEncryption
  ['2a864886f70d01010c', 'sha384'],
  ['2a864886f70d01010d', 'sha512'],
  ['2a8648ce3d040302', 'sha256'], // ecdsa-with-SHA256
  ['2a8648ce3d040303', 'sha384'],
  ['2a8648ce3d040304', 'sha512'],
  ['2b6570', null], // Ed25519
]);

/** SIGNED (RFC 5280 §4.1 and §5.1): a certificate or a revocation list. */
export interface Signed {
  readonly toBeSigned: Der;
  /** OID, as hexadecimal digits. */
  readonly algorithm: string;
  readonly signature: Uint8Array;
}

/** @throws DerError */
export function readSigned(der: Uint8Array): Signed {
  const [toBeSigned, algorithm, bits, ...rest] = childrenOf(readDer(der));
  const signature = contentOf(bits, TAGS.bitString);
  if (toBeSigned === undefined || rest.length > 0) throw new DerError('not signed');
  return { toBeSigned, algorithm: algorithmOf(algorithm), signature: signature.subarray(1) };
}

/** @throws DerError */
export function algorithmOf(element: Der | undefined): string {
  return hexOf(contentOf(childrenOf(element)[0], TAGS.oid));
}

export function isTaken(algorithm: string): boolean {
  return SIGNATURES.has(algorithm);
}

/** False also for an algorithm that is not taken, or a key of another kind. */
export function isSignedWith({ toBeSigned, algorithm, signature }: Signed, key: KeyObject): boolean {
  const hash = SIGNATURES.get(algorithm);
  if (hash === undefined) return false;
  try {
    return verify(hash, toBeSigned.whole, key, signature);
  } catch {
    return false;
  }
}

/**
 * Whether the one is an authority's and signed the other. Not by `X509Certificate.verify`, which takes what every
 * certificate says it is signed with.
 */
export function isIssuedBy(certificate: X509Certificate, issuer: X509Certificate): boolean {
  return issuer.ca && certificate.checkIssued(issuer) && isSignedWith(readSigned(certificate.raw), issuer.publicKey);
}
