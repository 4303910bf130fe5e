import { AsnConvert } from '@peculiar/asn1-schema';
import { CertificateList, type Extension, type RevokedCertificate } from '@peculiar/asn1-x509';
import { FaultsError } from '../domain/fault.ts';
import { type Authority, nameKey } from './authority.ts';
import { isSignedWith, isTaken } from './signature.ts';

/** A CRL (RFC 5280 §5), read; whether its signature is good is asked of it. */
export interface RevocationList {
  /** Milliseconds since the epoch. */
  readonly thisUpdate: number;
  readonly nextUpdate: number;
  /** Whether the certificate of this serial number, in hexadecimal digits, is revoked. */
  has(serialNumber: string): boolean;
  isSignedBy(authority: Authority): boolean;
}

const PEM = /-----BEGIN X509 CRL-----([^-]+)-----END X509 CRL-----/g;

/** Reading is done at once and holds up everything else; a list of this size takes some hundred milliseconds. */
const MOST_BYTES = 4 * 1024 * 1024;

/**
 * Every revocation list of a file, which is PEM or DER.
 * @throws FaultsError if there is none, or one of them is not understood in full
 */
export function readRevocationLists(file: string, content: Uint8Array): readonly RevocationList[] {
  if (content.length > MOST_BYTES)
    throw unusable(
      file,
      'it is too large',
      `Split what it lists over several authorities; at most ${MOST_BYTES} bytes.`,
    );
  const encoded = [...Buffer.from(content).toString('latin1').matchAll(PEM)].map(([, base64 = '']) =>
    Buffer.from(base64, 'base64'),
  );
  return (encoded.length === 0 ? [content] : encoded).map((der) => {
    const parsed = parsedOr(undefined, der);
    if (parsed === undefined) throw unusable(file, 'a revocation list in it cannot be read', 'Write it as PEM or DER.');
    return listOf(file, parsed);
  });
}

function parsedOr(otherwise: undefined, der: Uint8Array): CertificateList | undefined {
  try {
    return AsnConvert.parse(der, CertificateList);
  } catch {
    return otherwise;
  }
}

function listOf(
  file: string,
  { tbsCertList, tbsCertListRaw, signatureAlgorithm, signature }: CertificateList,
): RevocationList {
  const { issuer, thisUpdate, nextUpdate, revokedCertificates = [], crlExtensions = [] } = tbsCertList;
  const { algorithm } = signatureAlgorithm;
  if (!isTaken(algorithm) || tbsCertList.signature.algorithm !== algorithm || tbsCertListRaw === undefined)
    throw unusable(
      file,
      'a revocation list in it is signed in a way that is not taken',
      'Sign it with RSA or ECDSA and SHA-256 or longer, or with Ed25519.',
    );
  // RFC 5280 §5.1.2.5: there has to be one. Without it nobody could tell that newer ones fail to arrive.
  if (nextUpdate === undefined)
    throw unusable(file, 'a revocation list in it does not say when the next is due', 'Issue it with nextUpdate.');
  // One that is not understood could say that the list is of some certificates only, or of changes since another.
  if ([crlExtensions, ...revokedCertificates.map(entryExtensions)].flat().some(({ critical }) => critical))
    throw unusable(
      file,
      'a revocation list in it has a critical extension',
      'Issue a complete list of one authority; partial, indirect and delta lists are not taken.',
    );
  const name = nameKey(issuer);
  const revoked = new Set(
    revokedCertificates.map(({ userCertificate }) => serialKey(Buffer.from(userCertificate).toString('hex'))),
  );
  const signed = { algorithm, content: new Uint8Array(tbsCertListRaw), signature: new Uint8Array(signature) };
  return {
    thisUpdate: thisUpdate.getTime().getTime(),
    nextUpdate: nextUpdate.getTime().getTime(),
    has: (serialNumber) => revoked.has(serialKey(serialNumber)),
    isSignedBy: ({ signsLists, certificate, ...authority }) =>
      signsLists && authority.name === name && isSignedWith(signed, certificate.publicKey),
  };
}

function entryExtensions({ crlEntryExtensions = [] }: RevokedCertificate): readonly Extension[] {
  return crlEntryExtensions;
}

/** Without the zeros that DER or a printer puts before it. */
function serialKey(hex: string): string {
  return hex.toLowerCase().replace(/^0+(?=.)/, '');
}

function unusable(file: string, message: string, remedy: string): FaultsError {
  return new FaultsError([{ file, pointer: '', message, remedy }]);
}
