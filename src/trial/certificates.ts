import { generateKeyPairSync, type JsonWebKey, randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import forge from 'node-forge';
import { DEVELOPMENT_ORGANIZATION } from '../config/secrets.ts';

const CA_NAME = 'Shuqiao development CA';
const DAYS = 825;

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
}

/**
 * Certificates and keys for a laptop, each made only if it is not there. Everybody who has the folder has the keys:
 * a gateway in production refuses whatever this authority issued.
 */
export function makeDevelopmentCertificates(folder: string, { systems, sources }: Parties): void {
  const issuer = authority(folder);
  issue(issuer, join(folder, 'gateway'), { commonName: 'localhost', organization: 'gateway' });
  for (const { id, department } of systems) {
    issue(issuer, join(folder, 'systems', id), { commonName: id, organization: department });
    systemKeys(folder, id);
  }
  for (const id of sources) issue(issuer, join(folder, 'sources', id), { commonName: id, organization: 'source' });
  gatewayKeys(folder);
}

function authority(folder: string): Issuer {
  const base = join(folder, 'ca');
  if (!existsSync(`${base}.pem`)) {
    const { privateKey, publicKey } = keyPair();
    const certificate = blankCertificate(publicKey, { commonName: CA_NAME, organization: DEVELOPMENT_ORGANIZATION });
    certificate.setIssuer(certificate.subject.attributes);
    certificate.setExtensions([
      { name: 'basicConstraints', cA: true, critical: true },
      { name: 'keyUsage', keyCertSign: true, cRLSign: true, critical: true },
    ]);
    certificate.sign(privateKey, forge.md.sha256.create());
    write(`${base}.key.pem`, forge.pki.privateKeyToPem(privateKey));
    write(`${base}.pem`, forge.pki.certificateToPem(certificate));
  }
  return {
    certificate: forge.pki.certificateFromPem(readFileSync(`${base}.pem`, 'utf8')),
    key: forge.pki.privateKeyFromPem(readFileSync(`${base}.key.pem`, 'utf8')),
  };
}

/** `<base>.pem` and `<base>.key.pem`, good for both ends of a connection on this machine. */
function issue(issuer: Issuer, base: string, subject: Subject): void {
  if (existsSync(`${base}.pem`)) return;
  const { privateKey, publicKey } = keyPair();
  const certificate = blankCertificate(publicKey, subject);
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
  write(`${base}.key.pem`, forge.pki.privateKeyToPem(privateKey));
  write(`${base}.pem`, forge.pki.certificateToPem(certificate));
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
): forge.pki.Certificate {
  const certificate = forge.pki.createCertificate();
  certificate.publicKey = publicKey;
  // Positive, as RFC 5280 §4.1.2.2 asks: a first byte below 0x80.
  certificate.serialNumber = `01${randomBytes(15).toString('hex')}`;
  const now = Date.now();
  certificate.validity.notBefore = new Date(now - 3_600_000);
  certificate.validity.notAfter = new Date(now + DAYS * 86_400_000);
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
