import { type KeyObject, verify, type X509Certificate } from 'node:crypto';
import { AsnConvert } from '@peculiar/asn1-schema';
import { Certificate } from '@peculiar/asn1-x509';

/** What is hashed before it is signed, by the OID of the signature; null where the signature does that itself. */
const SIGNATURES: ReadonlyMap<string, string | null> = new Map([
  ['1.2.840.113549.1.1.11', 'sha256'],
  ['1.2.840.113549.1.1.12', 'sha384'],
  ['1.2.840.113549.1.1.13', 'sha512'],
  ['1.2.840.10045.4.3.2', 'sha256'],
  ['1.2.840.10045.4.3.3', 'sha384'],
  ['1.2.840.10045.4.3.4', 'sha512'],
  ['1.3.101.112', null],
]);

export interface Signed {
  /** OID of the algorithm. */
  readonly algorithm: string;
  readonly content: Uint8Array;
  readonly signature: Uint8Array;
}

export function isTaken(algorithm: string): boolean {
  return SIGNATURES.has(algorithm);
}

/** False also for an algorithm that is not taken, or a key of another kind. */
export function isSignedWith({ algorithm, content, signature }: Signed, key: KeyObject): boolean {
  const hash = SIGNATURES.get(algorithm);
  if (hash === undefined) return false;
  try {
    return verify(hash, content, key, signature);
  } catch {
    return false;
  }
}

/**
 * Whether the one is an authority's and signed the other. Not by `X509Certificate.verify`: where the signature is wrong
 * that leaves an error in OpenSSL's queue, which ends the next thing that happens on somebody's connection (Node 20).
 */
export function isIssuedBy(certificate: X509Certificate, issuer: X509Certificate): boolean {
  return issuer.ca && certificate.checkIssued(issuer) && isSignedWith(signedPartOf(certificate), issuer.publicKey);
}

function signedPartOf(certificate: X509Certificate): Signed {
  const { tbsCertificateRaw, signatureAlgorithm, signatureValue } = AsnConvert.parse(certificate.raw, Certificate);
  return {
    algorithm: signatureAlgorithm.algorithm,
    content: new Uint8Array(tbsCertificateRaw ?? new ArrayBuffer(0)),
    signature: new Uint8Array(signatureValue),
  };
}
