import { FaultsError } from '../domain/fault.ts';
import type { Authority } from './authority.ts';
import { childrenOf, type Der, DerError, hexOf, integerOf, TAGS, timeOf } from './der.ts';
import { readExtensions } from './extensions.ts';
import { algorithmOf, isSignedWith, isTaken, readSigned, type Signed } from './signature.ts';

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

/** [0] EXPLICIT of TBSCertList. */
const EXTENSIONS = 0xa0;

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
  return (encoded.length === 0 ? [content] : encoded).map((der) => listOf(file, der));
}

function listOf(file: string, der: Uint8Array): RevocationList {
  const { algorithm, issuer, thisUpdate, nextUpdate, revoked, isPartial, signed } = readList(file, der);
  if (!isTaken(signed.algorithm) || signed.algorithm !== algorithm)
    throw unusable(
      file,
      'a revocation list in it is signed in a way that is not taken',
      'Sign it with RSA or ECDSA and SHA-256 or longer, or with Ed25519.',
    );
  // RFC 5280 §5.1.2.5: there has to be one. Without it nobody could tell that newer ones fail to arrive.
  if (nextUpdate === undefined)
    throw unusable(file, 'a revocation list in it does not say when the next is due', 'Issue it with nextUpdate.');
  if (isPartial)
    throw unusable(
      file,
      'a revocation list in it has a critical extension',
      'Issue a complete list of one authority; partial, indirect and delta lists are not taken.',
    );
  return {
    thisUpdate,
    nextUpdate,
    has: (serialNumber) => revoked.has(serialNumber.toLowerCase().replace(/^0+(?=.)/, '')),
    isSignedBy: ({ signsLists, certificate, name }) =>
      signsLists && name === issuer && isSignedWith(signed, certificate.publicKey),
  };
}

interface Fields {
  readonly signed: Signed;
  readonly algorithm: string;
  readonly issuer: string;
  readonly thisUpdate: number;
  readonly nextUpdate: number | undefined;
  /** Serial numbers, as hexadecimal digits. */
  readonly revoked: ReadonlySet<string>;
  /** Whether something in it must be known to be used: that it is of some certificates only, or of changes since another. */
  readonly isPartial: boolean;
}

/** TBSCertList (RFC 5280 §5.1) */
function readList(file: string, der: Uint8Array): Fields {
  try {
    const signed = readSigned(der);
    const parts = [...childrenOf(signed.toBeSigned)];
    const next = (...tags: readonly number[]): Der | undefined =>
      tags.includes(parts[0]?.tag ?? -1) ? parts.shift() : undefined;
    next(TAGS.integer);
    const algorithm = algorithmOf(parts.shift());
    const issuer = parts.shift();
    const [thisUpdate, nextUpdate] = [parts.shift(), next(TAGS.utcTime, TAGS.generalizedTime)];
    const entries = next(TAGS.sequence);
    const extensions = next(EXTENSIONS);
    if (issuer === undefined || thisUpdate === undefined || parts.length > 0) throw new DerError('no list');
    const revoked = new Set<string>();
    let isPartial = extensions !== undefined && isCritical(childrenOf(extensions, EXTENSIONS)[0]);
    for (const entry of entries === undefined ? [] : childrenOf(entries)) {
      const [serialNumber, , about] = childrenOf(entry);
      revoked.add(integerOf(serialNumber));
      isPartial ||= about !== undefined && isCritical(about);
    }
    return {
      signed,
      algorithm,
      issuer: hexOf(issuer.whole),
      thisUpdate: timeOf(thisUpdate),
      nextUpdate: nextUpdate && timeOf(nextUpdate),
      revoked,
      isPartial,
    };
  } catch (error) {
    if (!(error instanceof DerError)) throw error;
    throw unusable(file, 'a revocation list in it cannot be read', 'Write it as PEM or DER.');
  }
}

function isCritical(extensions: Der | undefined): boolean {
  return readExtensions(extensions).some(({ critical }) => critical);
}

function unusable(file: string, message: string, remedy: string): FaultsError {
  return new FaultsError([{ file, pointer: '', message, remedy }]);
}
