import { X509Certificate } from 'node:crypto';
import { AsnConvert } from '@peculiar/asn1-schema';
import { Certificate, id_ce_keyUsage, KeyUsage, KeyUsageFlags, type Name } from '@peculiar/asn1-x509';
import { FaultsError } from '../domain/fault.ts';

/** A certificate that may have issued others. */
export interface Authority {
  readonly certificate: X509Certificate;
  /** Milliseconds since the epoch. */
  readonly notBefore: number;
  readonly notAfter: number;
  /** Its subject, so that a revocation list can be told to be of it. */
  readonly name: string;
  /** Whether its key may sign revocation lists (RFC 5280 §4.2.1.3). */
  readonly signsLists: boolean;
}

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
    const { subject, extensions = [] } = AsnConvert.parse(certificate.raw, Certificate).tbsCertificate;
    const usage = extensions.find(({ extnID }) => extnID === id_ce_keyUsage);
    return {
      certificate,
      ...validityOf(certificate),
      name: nameKey(subject),
      signsLists:
        usage === undefined || (AsnConvert.parse(usage.extnValue, KeyUsage).toNumber() & KeyUsageFlags.cRLSign) !== 0,
    };
  } catch {
    return undefined;
  }
}

/** Milliseconds since the epoch. */
export function validityOf(certificate: X509Certificate): { readonly notBefore: number; readonly notAfter: number } {
  return { notBefore: Date.parse(certificate.validFrom), notAfter: Date.parse(certificate.validTo) };
}

/** A name to compare with others, byte by byte (RFC 5280 §7.1 would let more be the same; nobody relies on it). */
export function nameKey(name: Name): string {
  return Buffer.from(AsnConvert.serialize(name)).toString('base64');
}

function unusable(file: string, message: string, remedy: string): FaultsError {
  return new FaultsError([{ file, pointer: '', message, remedy }]);
}
