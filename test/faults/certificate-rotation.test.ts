import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, inject, it } from 'vitest';
import { type FollowedCertificates, startFollowing } from '../support/followed-certificates.ts';
import { exampleResident, IDENTITY, REGISTRATION } from '../support/harness.ts';
import { authorityOf, issueAuthority, issueCertificate, issueList } from '../support/issue-certificate.ts';
import { type Exposition, parseExposition, sampleOf } from '../support/prometheus.ts';
import { connectRaw, type RawConnection, rawRequest, statuses } from '../support/raw-connection.ts';

const DEPARTMENT = 'market-regulation';
const BOUND = { timeout: 1000, interval: 25 };
const PATIENT = { timeout: 5000, interval: 25 };
const body = JSON.stringify({ purpose: 'open-a-shop', query: { residentId: exampleResident().residentId } });
const pem = (name: string): string => readFileSync(join(inject('certsDir'), name), 'utf8');

let gateway: FollowedCertificates;
beforeAll(async () => {
  gateway = await startFollowing();
});
afterAll(async () => await gateway.close());
afterEach(async () => {
  gateway.put('gateway.key.pem', pem('gateway.key.pem'));
  gateway.put('gateway.pem', pem('gateway.pem'));
  await becomesLive(true);
});

interface Check {
  readonly live: boolean;
  readonly faults?: number;
  readonly expired?: number;
}

async function check(): Promise<Check> {
  const response = await fetch(`${gateway.gateway.urls.telemetry}/readyz`);
  expect(response.status).toBe(200);
  return ((await response.json()) as { readonly checks: { readonly tls: Check } }).checks.tls;
}

const becomesLive = async (live: boolean): Promise<void> =>
  await expect.poll(async () => (await check()).live, PATIENT).toBe(live);

const metrics = async (): Promise<Exposition> => parseExposition(await gateway.metrics());

async function answerOn(connection: RawConnection): Promise<number | undefined> {
  const before = statuses(connection.received()).length;
  connection.send(rawRequest(IDENTITY, body));
  await expect.poll(() => statuses(connection.received()).length, PATIENT).toBe(before + 1);
  return statuses(connection.received()).at(-1);
}

const connect = async (): Promise<RawConnection> => await connectRaw(gateway.gateway.urls.exchange);
async function shown(): Promise<string> {
  const connection = await connect();
  const { fingerprint256 } = connection.socket.getPeerCertificate();
  connection.socket.destroy();
  return fingerprint256;
}

function nextPair(days = 20): { readonly cert: string; readonly key: string } {
  const issuer = { cert: pem('ca.pem'), key: pem('ca.key.pem') };
  return issueCertificate({ subject: [['CN', 'localhost']], issuer, valid: [-1, days] });
}

describe('the certificate of the gateway', () => {
  it('is replaced for new connections, while those that are open go on', async () => {
    const connection = await connect();
    const before = await shown();
    expect(await answerOn(connection)).toBe(200);
    const next = nextPair();
    gateway.put('gateway.key.pem', next.key);
    gateway.put('gateway.pem', next.cert);
    await expect.poll(shown, PATIENT).not.toBe(before);
    expect(await answerOn(connection)).toBe(200);
    expect((await gateway.call()).status).toBe(200);
    connection.socket.destroy();
    const ends = sampleOf(await metrics(), 'shuqiao_certificate_expiry_timestamp_seconds', { kind: 'gateway' });
    expect(Math.abs(ends - Date.now() / 1000 - 20 * 86_400)).toBeLessThan(60);
  });

  it.for([
    ['without its key', 'it is not the key of the certificate', () => ({ cert: nextPair().cert })],
    ['that has ended', 'the certificate is not valid now', () => nextPair(-0.5)],
    ['that is none', 'the certificate cannot be read', () => ({ cert: '' })],
  ] as const)('%s is not shown: the last good one is, and somebody is told', async ([, fault, files]) => {
    const before = await shown();
    const { cert, key = pem('gateway.key.pem') }: { readonly cert: string; readonly key?: string } = files();
    gateway.put('gateway.key.pem', key);
    gateway.put('gateway.pem', cert);
    await becomesLive(false);
    expect(await shown()).toBe(before);
    expect((await gateway.call()).status).toBe(200);
    expect(await check()).toMatchObject({ faults: 1 });
    expect(sampleOf(await metrics(), 'shuqiao_tls_live')).toBe(0);
    await expect.poll(() => gateway.log.join(''), PATIENT).toContain(`"fault":"${fault}"`);
  });

  it('is replaced twenty times under load, and no request is lost', async () => {
    const connection = await connect();
    const other = nextPair();
    const replies: (number | undefined)[] = [];
    for (let round = 0; round < 20; round += 1) {
      const next = round % 2 === 0 ? other : { key: pem('gateway.key.pem'), cert: pem('gateway.pem') };
      gateway.put('gateway.key.pem', next.key);
      gateway.put('gateway.pem', next.cert);
      replies.push(await answerOn(connection), (await gateway.call()).status);
    }
    expect(new Set(replies)).toEqual(new Set([200]));
    connection.socket.destroy();
  });
});

describe('the authorities of a department', () => {
  it('overlap: both old and new are good until the old one is taken out', async () => {
    const next = issueAuthority('next');
    const [renewed, old] = [next, authorityOf(DEPARTMENT)].map((issuer) =>
      issueCertificate({
        subject: [
          ['CN', REGISTRATION],
          ['O', DEPARTMENT],
        ],
        issuer,
      }),
    );
    if (renewed === undefined || old === undefined) throw new Error('nothing was made');
    const statusOf = async (certificate: typeof old): Promise<number> => (await gateway.call({ certificate })).status;
    expect([await statusOf(old), await statusOf(renewed)]).toEqual([200, 401]);
    gateway.put(`client-cas/${DEPARTMENT}/next.pem`, next.cert);
    await expect.poll(async () => [await statusOf(old), await statusOf(renewed)], BOUND).toEqual([200, 200]);
    gateway.remove(`client-cas/${DEPARTMENT}/ca.pem`);
    await expect.poll(async () => [await statusOf(old), await statusOf(renewed)], BOUND).toEqual([401, 200]);
    gateway.put(`client-cas/${DEPARTMENT}/ca.pem`, authorityOf(DEPARTMENT).cert);
    gateway.remove(`client-cas/${DEPARTMENT}/next.pem`);
    await expect.poll(async () => [await statusOf(old), await statusOf(renewed)], BOUND).toEqual([200, 401]);
  });

  it('go on when a file of theirs breaks, which does not hold up that another is revoked', async () => {
    const lost = issueCertificate({
      subject: [
        ['CN', REGISTRATION],
        ['O', DEPARTMENT],
      ],
      issuer: authorityOf(DEPARTMENT),
    });
    gateway.put(`client-cas/${DEPARTMENT}/ca.pem`, 'broken');
    gateway.put('client-cas/taxation/ca.pem', 'broken');
    await becomesLive(false);
    expect(await check()).toMatchObject({ faults: 2 });
    expect((await gateway.call()).status).toBe(200);
    gateway.put(
      `client-cas/${DEPARTMENT}/ca.crl`,
      issueList({ issuer: authorityOf(DEPARTMENT), revoked: [lost.cert] }),
    );
    await expect.poll(async () => (await gateway.call({ certificate: lost })).status, BOUND).toBe(401);
    expect((await gateway.call()).status).toBe(200);
    for (const department of [DEPARTMENT, 'taxation'])
      gateway.put(`client-cas/${department}/ca.pem`, authorityOf(department).cert);
    gateway.remove(`client-cas/${DEPARTMENT}/ca.crl`);
  });
});

describe('revocation lists', () => {
  const issuer = authorityOf(DEPARTMENT);
  const put = (content: string | Uint8Array): void => gateway.put(`client-cas/${DEPARTMENT}/ca.crl`, content);
  const status = async (): Promise<number> => (await gateway.call()).status;
  afterEach(async () => {
    gateway.remove(`client-cas/${DEPARTMENT}/ca.crl`);
    await expect.poll(status, PATIENT).toBe(200);
  });

  it('whose next one is overdue stop the department, not the others, and the metric said when', async () => {
    put(issueList({ issuer, updates: [-9, 1] }));
    const labels = { kind: 'revocation-list', department: DEPARTMENT, file: 'ca.crl' };
    const due = async () => sampleOf(await metrics(), 'shuqiao_certificate_expiry_timestamp_seconds', labels);
    await expect.poll(async () => Math.round((await due()) - Date.now() / 1000), PATIENT).toBeGreaterThan(86_000);
    expect(await status()).toBe(200);
    put(issueList({ issuer, updates: [-9, -1] }));
    await expect.poll(status, BOUND).toBe(401);
    expect((await gateway.entries()).at(-1)).toMatchObject({ reason: 'revocation-unknown' });
    expect((await gateway.call({ system: 'hotline.agent-desk' })).problem().code).toBe('grant.missing');
    expect(await check()).toMatchObject({ live: true, expired: 1 });
  });

  it.for<[string, () => string | Uint8Array]>([
    ['signed by another', () => issueList({ issuer: authorityOf('taxation') })],
    ['signed by one that only calls itself the authority', () => forged()],
    ['broken', () => 'broken'],
    ['without an end', () => issueList({ issuer, updates: [-1, undefined] })],
    ['of some certificates only', () => issueList({ issuer, critical: true })],
  ])('%s stop the department and somebody is told: whom they were to stop is not known', async ([, list]) => {
    put(list());
    await expect.poll(status, BOUND).toBe(401);
    expect((await gateway.entries()).at(-1)).toMatchObject({ reason: 'revocation-unknown' });
    expect(await check()).toMatchObject({ live: false, faults: 1 });
  });

  it('that break leave the last good one in force', async () => {
    put(issueList({ issuer, revoked: [pem(`systems/${REGISTRATION}.pem`)] }));
    await expect.poll(status, BOUND).toBe(401);
    put('broken');
    await becomesLive(false);
    expect(await status()).toBe(401);
    expect((await gateway.entries()).at(-1)).toMatchObject({ reason: 'revoked' });
  });

  function forged(): Uint8Array {
    return issueList({ issuer: { cert: issuer.cert, key: issueAuthority('forger').key } });
  }
});
