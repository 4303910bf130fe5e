import { X509Certificate } from 'node:crypto';
import { FaultsError } from '../domain/fault.ts';
import { childrenOf, contentOf, hexOf, readDer, TAGS } from './der.ts';
import { type Extension, readExtensions } from './extensions.ts';
import { readSigned } from './signature.ts';

/** A certificate that may have issued others. */
export interface Authority {
  readonly certificate: X509Certificate;
  /** Milliseconds since the epoch. */
  readonly notBefore: number;
  readonly notAfter: number;
  /** Its subject (DER, hexadecimal digits), so that a revocation list can be told to be of it. */
  readonly name: string;
  /** Whether its key may sign revocation lists (RFC 5280 §4.2.1.3). */
  readonly signsLists: boolean;
}

/** [3] EXPLICIT of TBSCertificate. */
const EXTENSIONS = 0xa3;

/** 2.5.29.15 */
const KEY_USAGE = '551d0f';

const PEM = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g;

/**
 * Every certificate of a PEM file.
 * @throws FaultsError if there is none, or one of them is not an authority's
 */
export function readAuthorities(file: string, content: Uint8Array): readonly Authority[] {
  const blocks = Buffer.from(content).toString('latin1').match(PEM) ?? [];
  if (blocks.length === 0) throw unusable(file, 'there is no certificate in it', 'Write the authority as PEM.');
  return blocks.map((pem) => {
    const authority = authorityOf(pem);
    if (authority === undefined) throw unusable(file, 'a certificate in it cannot be read', 'Write it again as PEM.');
    if (!authority.certificate.ca)
      throw unusable(
        file,
        'a certificate in it is no authority’s',
        'List who issues certificates; those of systems are not listed.',
      );
    return authority;
  });
}

function authorityOf(pem: string): Authority | undefined {
  try {
    const certificate = new X509Certificate(pem);
    const fields = childrenOf(readSigned(certificate.raw).toBeSigned);
    // The version stands first where it is not that of 1988, which has no extensions and so no authorities.
    const [, , , , , subject] = fields;
    const extensions = fields.find(({ tag }) => tag === EXTENSIONS);
    if (subject === undefined || extensions === undefined) return undefined;
    return {
      certificate,
      ...validityOf(certificate),
      name: hexOf(subject.whole),
      signsLists: signsLists(readExtensions(childrenOf(extensions, EXTENSIONS)[0])),
    };
  } catch {
    return undefined;
  }
}

function signsLists(extensions: readonly Extension[]): boolean {
  const usage = extensions.find(({ id }) => id === KEY_USAGE);
  // Bit 6 of a BIT STRING, which begins with how many of its last bits do not count.
  return usage === undefined || ((contentOf(readDer(usage.value), TAGS.bitString)[1] ?? 0) & 0x02) !== 0;
}

/** Milliseconds since the epoch. */
export function validityOf(certificate: X509Certificate): { readonly notBefore: number; readonly notAfter: number } {
  return { notBefore: Date.parse(certificate.validFrom), notAfter: Date.parse(certificate.validTo) };
}

function unusable(file: string, message: string, remedy: string): FaultsError {
  return new FaultsError([{ file, pointer: '', message, remedy }]);
}
