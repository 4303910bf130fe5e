import { generateKeyPairSync, X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import forge from 'node-forge';
import { inject } from 'vitest';
import type { CertificateAndKey } from './other-certificates.ts';

const DAY_MS = 86_400_000;
let serial = 4096;

export interface IssueOptions {
  /** Names and values in order; a name may come twice. */
  readonly subject: readonly (readonly [name: 'CN' | 'O', value: string])[];
  /** Signs itself if there is none. */
  readonly issuer?: CertificateAndKey;
  /** Days from now. */
  readonly valid?: readonly [from: number, to: number];
  readonly ca?: boolean;
  readonly bits?: number;
}

/** Any certificate that somebody with the key of the issuer could make, good or not. */
export function issueCertificate({
  subject,
  issuer,
  valid: [from, to] = [-1, 30],
  ca = false,
  bits = 2048,
}: IssueOptions): CertificateAndKey {
  const pair = generateKeyPairSync('rsa', {
    modulusLength: bits,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  });
  const certificate = forge.pki.createCertificate();
  certificate.publicKey = forge.pki.publicKeyFromPem(pair.publicKey);
  certificate.serialNumber = (serial += 1).toString(16);
  certificate.validity.notBefore = new Date(Date.now() + from * DAY_MS);
  certificate.validity.notAfter = new Date(Date.now() + to * DAY_MS);
  certificate.setSubject(subject.map(([shortName, value]) => ({ shortName, value })));
  const above = issuer === undefined ? certificate : forge.pki.certificateFromPem(issuer.cert);
  certificate.setIssuer(above.subject.attributes);
  certificate.setExtensions([
    { name: 'basicConstraints', cA: ca, critical: true },
    { name: 'keyUsage', critical: true, ...(ca ? { keyCertSign: true, cRLSign: true } : { digitalSignature: true }) },
  ]);
  certificate.sign(forge.pki.privateKeyFromPem(issuer?.key ?? pair.privateKey), forge.md.sha256.create());
  return { cert: forge.pki.certificateToPem(certificate), key: pair.privateKey };
}

export const issueAuthority = (name: string, issuer?: CertificateAndKey): CertificateAndKey =>
  issueCertificate({ subject: [['CN', name]], ca: true, ...(issuer === undefined ? {} : { issuer }) });

/** The one that the gateway of the harness trusts for a department. */
export function authorityOf(department: string): CertificateAndKey {
  const pem = (name: string): string => readFileSync(join(inject('certsDir'), name), 'utf8');
  return { cert: pem(`client-cas/${department}/ca.pem`), key: pem(`client-ca-keys/${department}.key.pem`) };
}

export interface ListOptions {
  readonly issuer: CertificateAndKey;
  /** PEM of what is revoked. */
  readonly revoked?: readonly string[];
  /** Days from now. */
  readonly updates?: readonly [thisUpdate: number, nextUpdate: number | undefined];
  readonly critical?: boolean;
}

const { asn1 } = forge;
const sequence = (...items: readonly forge.asn1.Asn1[]): forge.asn1.Asn1 =>
  asn1.create(asn1.Class.UNIVERSAL, asn1.Type.SEQUENCE, true, [...items]);
const leaf = (type: forge.asn1.Type, value: string): forge.asn1.Asn1 =>
  asn1.create(asn1.Class.UNIVERSAL, type, false, value);
const oid = (value: string): forge.asn1.Asn1 => leaf(asn1.Type.OID, asn1.oidToDer(value).getBytes());
const time = (days: number): forge.asn1.Asn1 =>
  leaf(asn1.Type.UTCTIME, asn1.dateToUtcTime(new Date(Date.now() + days * DAY_MS)));
const bits = (bytes: string): forge.asn1.Asn1 => leaf(asn1.Type.BITSTRING, `\0${bytes}`);

/** A CRL as DER, written by another library than the one that the gateway reads it with. */
export function issueList({ issuer, revoked = [], updates = [-1, 7], critical = false }: ListOptions): Buffer {
  const [thisUpdate, nextUpdate] = updates;
  const algorithm = sequence(oid('1.2.840.113549.1.1.11'), leaf(asn1.Type.NULL, ''));
  const entries = revoked.map((pem) => {
    const { serialNumber } = new X509Certificate(pem);
    const digits = serialNumber.length % 2 === 0 ? serialNumber : `0${serialNumber}`;
    const number = /^[89a-f]/i.test(digits) ? `00${digits}` : digits;
    return sequence(leaf(asn1.Type.INTEGER, forge.util.hexToBytes(number)), time(-1));
  });
  const extension = sequence(
    oid('2.5.29.28'),
    leaf(asn1.Type.BOOLEAN, '\xff'),
    leaf(asn1.Type.OCTETSTRING, asn1.toDer(sequence()).getBytes()),
  );
  const tbs = sequence(
    ...(critical ? [leaf(asn1.Type.INTEGER, '\x01')] : []),
    algorithm,
    forge.pki.distinguishedNameToAsn1(forge.pki.certificateFromPem(issuer.cert).subject),
    time(thisUpdate),
    ...(nextUpdate === undefined ? [] : [time(nextUpdate)]),
    ...(entries.length === 0 ? [] : [sequence(...entries)]),
    ...(critical ? [asn1.create(asn1.Class.CONTEXT_SPECIFIC, 0, true, [sequence(extension)])] : []),
  );
  const digest = forge.md.sha256.create().update(asn1.toDer(tbs).getBytes());
  const signature = forge.pki.privateKeyFromPem(issuer.key).sign(digest);
  return Buffer.from(asn1.toDer(sequence(tbs, algorithm, bits(signature))).getBytes(), 'latin1');
}

export function asPem(list: Buffer): string {
  return `-----BEGIN X509 CRL-----\n${list.toString('base64')}\n-----END X509 CRL-----\n`;
}
