import { generateKeyPairSync, type JsonWebKey, randomBytes, X509Certificate } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import forge from 'node-forge';
import { isIssuedBy } from '../certificates/signature.ts';
import { DEVELOPMENT_ORGANIZATION } from '../config/secrets.ts';

/** Short, because everybody has the keys; made anew when less than a third is left. */
const DAYS = 30;
const DAY_MS = 86_400_000;

/** Whom certificates are made for. */
export interface Parties {
  readonly systems: readonly { readonly id: string; readonly department: string }[];
  readonly sources: readonly string[];
}

interface Subject {
  readonly commonName: string;
  readonly organization: string;
}

interface Issuer {
  readonly certificate: forge.pki.Certificate;
  readonly key: forge.pki.rsa.PrivateKey;
  readonly x509: X509Certificate;
}

/** What is being made, and for how long. */
interface Making {
  readonly folder: string;
  readonly from: number;
  readonly days: number;
}

/**
 * Certificates and keys for a laptop: each made only if it is not there, ends soon, or is of an authority that was made
 * anew. One authority for servers, and one for each department, whose systems it alone can vouch for. Everybody who has
 * the folder has the keys: a gateway in production refuses whatever these authorities issued.
 */
export function makeDevelopmentCertificates(
  folder: string,
  { systems, sources }: Parties,
  // An hour ago, for clocks that are behind.
  { from = Date.now() - 3_600_000, days = DAYS }: { readonly from?: number; readonly days?: number } = {},
): void {
  const making = { folder, from, days };
  const servers = authority(making, { certificate: 'ca.pem', key: 'ca.key.pem', name: 'Shuqiao development CA' });
  issue(making, servers, { base: 'gateway', subject: { commonName: 'localhost', organization: 'gateway' } });
  for (const id of sources)
    issue(making, servers, { base: `sources/${id}`, subject: { commonName: id, organization: 'source' } });
  const departments = new Set(systems.map(({ department }) => department));
  const issuers = new Map([...departments].map((department) => [department, departmentAuthority(making, department)]));
  for (const { id, department } of systems) {
    const issuer = issuers.get(department) ?? servers;
    issue(making, issuer, { base: `systems/${id}`, subject: { commonName: id, organization: department } });
    systemKeys(folder, id);
  }
  gatewayKeys(folder);
}

/** Its key lies elsewhere: what lies beside it is what a gateway reads. */
function departmentAuthority(making: Making, department: string): Issuer {
  return authority(making, {
    certificate: `client-cas/${department}/ca.pem`,
    key: `client-ca-keys/${department}.key.pem`,
    name: `Shuqiao development CA of ${department}`,
  });
}

interface AuthorityFiles {
  readonly certificate: string;
  readonly key: string;
  readonly name: string;
}

function authority({ folder, from, days }: Making, files: AuthorityFiles): Issuer {
  const [file, keyFile] = [join(folder, files.certificate), join(folder, files.key)];
  if (!lastsAt(file)) {
    const { privateKey, publicKey } = keyPair();
    const subject = { commonName: files.name, organization: DEVELOPMENT_ORGANIZATION };
    const certificate = blankCertificate(publicKey, subject, { from, days });
    certificate.setIssuer(certificate.subject.attributes);
    certificate.setExtensions([
      { name: 'basicConstraints', cA: true, critical: true },
      { name: 'keyUsage', keyCertSign: true, cRLSign: true, critical: true },
    ]);
    certificate.sign(privateKey, forge.md.sha256.create());
    write(keyFile, forge.pki.privateKeyToPem(privateKey));
    write(file, forge.pki.certificateToPem(certificate));
  }
  const pem = readFileSync(file, 'utf8');
  return {
    certificate: forge.pki.certificateFromPem(pem),
    key: forge.pki.privateKeyFromPem(readFileSync(keyFile, 'utf8')),
    x509: new X509Certificate(pem),
  };
}

/** Whether there is a certificate that has more than a third of its time left; by this issuer, if one is given. */
function lastsAt(file: string, issuer?: Issuer): boolean {
  if (!existsSync(file)) return false;
  const certificate = new X509Certificate(readFileSync(file));
  const [from, to] = [Date.parse(certificate.validFrom), Date.parse(certificate.validTo)];
  return to - Date.now() > (to - from) / 3 && (issuer === undefined || isIssuedBy(certificate, issuer.x509));
}

interface Issued {
  readonly base: string;
  readonly subject: Subject;
}

/** `<base>.pem` and `<base>.key.pem`, good for both ends of a connection on this machine. */
function issue({ folder, from, days }: Making, issuer: Issuer, { base, subject }: Issued): void {
  const file = join(folder, base);
  if (lastsAt(`${file}.pem`, issuer)) return;
  const { privateKey, publicKey } = keyPair();
  const certificate = blankCertificate(publicKey, subject, { from, days });
  certificate.setIssuer(issuer.certificate.subject.attributes);
  certificate.setExtensions([
    { name: 'basicConstraints', cA: false, critical: true },
    { name: 'keyUsage', digitalSignature: true, keyEncipherment: true, critical: true },
    { name: 'extKeyUsage', serverAuth: true, clientAuth: true },
    {
      name: 'subjectAltName',
      altNames: [
        { type: 2, value: 'localhost' },
        { type: 7, ip: '127.0.0.1' },
      ],
    },
  ]);
  certificate.sign(issuer.key, forge.md.sha256.create());
  write(`${file}.key.pem`, forge.pki.privateKeyToPem(privateKey));
  write(`${file}.pem`, forge.pki.certificateToPem(certificate));
}

/** Keys by Node, which makes them in milliseconds; node-forge only writes certificates. */
function keyPair(): { readonly privateKey: forge.pki.rsa.PrivateKey; readonly publicKey: forge.pki.rsa.PublicKey } {
  const pair = generateKeyPairSync('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  });
  return {
    privateKey: forge.pki.privateKeyFromPem(pair.privateKey),
    publicKey: forge.pki.publicKeyFromPem(pair.publicKey),
  };
}

function blankCertificate(
  publicKey: forge.pki.rsa.PublicKey,
  { commonName, organization }: Subject,
  { from, days }: Pick<Making, 'from' | 'days'>,
): forge.pki.Certificate {
  const certificate = forge.pki.createCertificate();
  certificate.publicKey = publicKey;
  // Positive, as RFC 5280 §4.1.2.2 asks: a first byte below 0x80.
  certificate.serialNumber = `01${randomBytes(15).toString('hex')}`;
  certificate.validity.notBefore = new Date(from);
  certificate.validity.notAfter = new Date(Date.now() + days * DAY_MS);
  certificate.setSubject([
    { name: 'commonName', value: commonName },
    { name: 'organizationName', value: organization },
  ]);
  return certificate;
}

function ecJwk(): JsonWebKey {
  return generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ format: 'jwk' });
}

/** What its answers are sealed to, and what it signs with; `npm start` registers the public halves. */
function systemKeys(folder: string, id: string): void {
  for (const name of ['private', 'signing.private'])
    writeOnce(join(folder, 'systems', `${id}.${name}.jwk.json`), () => JSON.stringify(ecJwk()));
}

function gatewayKeys(folder: string): void {
  for (const name of ['gateway.signing', 'gateway.token'])
    writeOnce(join(folder, `${name}.jwk.json`), () => JSON.stringify(ecJwk()));
  for (const name of ['key-encryption.key', 'ledger.key', 'treatment.key'])
    writeOnce(join(folder, name), () => randomBytes(32).toString('hex'));
}

function writeOnce(file: string, content: () => string): void {
  if (!existsSync(file)) write(file, content());
}

function write(file: string, content: string): void {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, content, { mode: 0o600 });
}
