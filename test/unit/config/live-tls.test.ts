import { cpSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, inject, it, onTestFinished } from 'vitest';
import { parseConfig } from '../../../src/config/config.ts';
import { type LiveTls, openLiveTls, type TlsInForce } from '../../../src/config/live-tls.ts';
import { FaultsError } from '../../../src/domain/fault.ts';
import { asPem, authorityOf, issueAuthority, issueCertificate, issueList } from '../../support/issue-certificate.ts';
import { scratchFolder } from '../../support/scratch-folder.ts';

const own = issueCertificate({ subject: [['CN', 'localhost']], issuer: issueAuthority('of servers') });
const department = issueAuthority('of a department');

async function open(files: Readonly<Record<string, string | Uint8Array>>, over: Readonly<Record<string, string>> = {}) {
  const folder = scratchFolder({ 'gateway.pem': own.cert, 'gateway.key.pem': own.key, ...files });
  const { config, secrets } = parseConfig({
    DATABASE_URL: 'postgres://db.example.test/shuqiao',
    SHUQIAO_TLS_CERT_FILE: join(folder, 'gateway.pem'),
    SHUQIAO_TLS_KEY_FILE: join(folder, 'gateway.key.pem'),
    SHUQIAO_CLIENT_CA_DIR: join(folder, 'cas'),
    SHUQIAO_ISSUER: 'https://gateway.test',
    SHUQIAO_KEY_ENCRYPTION_KEY_FILE: 'x',
    SHUQIAO_SOURCES_FILE: 'x',
    SHUQIAO_RELOAD_INTERVAL_MS: '50',
    ...over,
  });
  return { folder, tls: await openLiveTls({ config, secrets }) };
}

async function faultsOf(...given: Parameters<typeof open>): Promise<readonly string[]> {
  return await open(...given).then(
    () => [],
    (error: unknown) => {
      if (!(error instanceof FaultsError)) throw error;
      return error.faults.map(({ file, message }) => `${file.replace(/^.*shuqiao-test-[^/]*\//, '')}: ${message}`);
    },
  );
}

function follow(tls: LiveTls): readonly TlsInForce[] {
  const states: TlsInForce[] = [];
  onTestFinished(tls.follow((state) => states.push(state)));
  return states;
}

const GOOD = { 'cas/taxation/ca.pem': department.cert };

describe('what a gateway starts with', () => {
  it('is its own certificate and the authorities of each department, and when they end', async () => {
    const { tls } = await open({ ...GOOD, 'cas/hotline/a.pem': department.cert, 'cas/hotline/readme.md': 'x' });
    const { trust, server, expiries, faults } = tls.state();
    expect([...trust.keys()].sort()).toEqual(['hotline', 'taxation']);
    expect(server.clientCas).toHaveLength(1);
    expect(faults).toEqual([]);
    expect(expiries.map(({ kind, department: id, file }) => `${kind} ${id} ${file}`).sort()).toEqual([
      'authority hotline a.pem',
      'authority taxation ca.pem',
      'gateway  gateway.pem',
    ]);
  });

  it.for<[string, Readonly<Record<string, string | Uint8Array>>, string]>([
    ['nobody who could call', {}, 'cas: there is no authority in it'],
    ['a root above the departments alone', { 'cas/root.pem': department.cert }, 'cas: there is no authority in it'],
    [
      'a folder below a department',
      { ...GOOD, 'cas/taxation/old/ca.pem': department.cert },
      'cas/taxation/old/ca.pem: it is no department’s',
    ],
    [
      'a folder that has no id',
      { ...GOOD, 'cas/Tax Office/ca.pem': department.cert },
      'cas/Tax Office/ca.pem: it is no department’s',
    ],
    [
      'a list of no department',
      { ...GOOD, 'cas/ca.crl': issueList({ issuer: department }) },
      'cas/ca.crl: it is no department’s',
    ],
    [
      'a list by nobody of it',
      { ...GOOD, 'cas/taxation/x.crl': asPem(issueList({ issuer: issueAuthority('x') })) },
      'cas/taxation/x.crl: no authority of the department signed it',
    ],
    [
      'a key among the authorities',
      { ...GOOD, 'cas/taxation/ca.key.pem': department.key },
      'cas/taxation/ca.key.pem: there is no certificate in it',
    ],
    [
      'the key of another',
      { ...GOOD, 'gateway.key.pem': department.key },
      'gateway.key.pem: it is not the key of the certificate',
    ],
    ['an empty key', { ...GOOD, 'gateway.key.pem': '' }, 'gateway.key.pem: it is not the key of the certificate'],
    ['an empty certificate', { ...GOOD, 'gateway.pem': '' }, 'gateway.pem: the certificate cannot be read'],
  ])('is not %s', async ([, files, fault]) => {
    expect(await faultsOf(files)).toEqual([fault]);
  });

  it('is named with all its faults at once', async () => {
    const files = { 'gateway.key.pem': department.key, 'cas/taxation/ca.pem': 'x', 'cas/hotline/ca.pem': 'x' };
    expect(await faultsOf(files)).toHaveLength(3);
  });
});

describe('an authority of certs-dev', () => {
  const CERTS_DEV = 'this is a certificate of certs-dev';
  const development = { SHUQIAO_ENVIRONMENT: 'development' };

  it('is refused in production: of callers and of the gateway itself', async () => {
    const files = { ...GOOD, 'cas/hotline/ca.pem': department.cert + authorityOf('hotline').cert };
    expect(await faultsOf(files)).toEqual([`cas/hotline/ca.pem: ${CERTS_DEV}`]);
    expect(await faultsOf(files, development)).toEqual([]);
    const folder = scratchFolder();
    cpSync(inject('certsDir'), folder, { recursive: true });
    const over = {
      SHUQIAO_TLS_CERT_FILE: join(folder, 'gateway.pem'),
      SHUQIAO_TLS_KEY_FILE: join(folder, 'gateway.key.pem'),
    };
    expect(await faultsOf(GOOD, over)).toEqual([`gateway.pem: ${CERTS_DEV}`]);
  });

  it('is refused as well when it appears later', async () => {
    const { folder, tls } = await open(GOOD);
    const states = follow(tls);
    writeFileSync(join(folder, 'cas/taxation/dev.pem'), authorityOf('taxation').cert);
    await expect.poll(() => states.at(-1)?.faults.map(({ message }) => message)).toEqual([CERTS_DEV]);
    expect(states.at(-1)?.trust.get('taxation')?.authorities).toHaveLength(1);
  });
});

describe('what is followed', () => {
  it('tells once what changed, and nothing while nothing does', async () => {
    const { folder, tls } = await open(GOOD);
    const before = tls.state();
    const states = follow(tls);
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(states).toEqual([]);
    expect(tls.state()).toBe(before);
    writeFileSync(join(folder, 'cas/taxation/next.pem'), issueAuthority('next').cert);
    await expect.poll(() => tls.state().trust.get('taxation')?.authorities.length).toBe(2);
    expect(states.length).toBeGreaterThanOrEqual(1);
  });

  it('has a certificate from when on it is valid, and until then the one before', async () => {
    const { folder, tls } = await open(GOOD);
    const states = follow(tls);
    const soon = 4 / 86_400;
    const next = issueCertificate({ subject: [['CN', 'localhost']], issuer: department, valid: [soon, 1] });
    writeFileSync(join(folder, 'gateway.key.pem'), next.key);
    writeFileSync(join(folder, 'gateway.pem'), next.cert);
    await expect
      .poll(() => tls.state().faults.map(({ message }) => message), { timeout: 2500 })
      .toEqual(['the certificate is not valid now']);
    expect(tls.state().server.cert).toBe(own.cert);
    await expect.poll(() => tls.state().server.cert, { timeout: 10_000 }).toBe(next.cert);
    expect(tls.state().faults).toEqual([]);
    expect(states.at(-1)?.server.cert).toBe(next.cert);
  });
});
