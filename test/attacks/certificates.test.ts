import { X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { connect as connectTls, createServer, type TLSSocket } from 'node:tls';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { UnprovenReason } from '../../src/domain/party.ts';
import { type FollowedCertificates, startFollowing } from '../support/followed-certificates.ts';
import { freeze, lift } from '../support/freezes.ts';
import { type CallOptions, exampleResident, IDENTITY, REGISTRATION } from '../support/harness.ts';
import {
  asPem,
  authorityOf,
  type IssueOptions,
  issueAuthority,
  issueCertificate,
  issueList,
} from '../support/issue-certificate.ts';
import { type CertificateAndKey, makeOtherCertificates } from '../support/other-certificates.ts';
import { expectEntered } from '../support/problems.ts';
import { parseExposition, sampleOf } from '../support/prometheus.ts';
import { connectRaw, type RawConnection, rawRequest, statuses } from '../support/raw-connection.ts';

const DEPARTMENT = 'market-regulation';
const SUBJECT: IssueOptions['subject'] = [
  ['CN', REGISTRATION],
  ['O', DEPARTMENT],
];
/** Revoking is bound to a second, as taking a grant back is. */
const BOUND = { timeout: 1000, interval: 25 };
const ask = { purpose: 'open-a-shop', query: { residentId: exampleResident().residentId } };
const good = (): string => rawRequest(IDENTITY, JSON.stringify(ask));

let gateway: FollowedCertificates;
beforeAll(async () => {
  gateway = await startFollowing();
});
afterAll(async () => await gateway.close());

async function expectUnproven(
  certificate: NonNullable<CallOptions['certificate']>,
  reason: UnprovenReason,
): Promise<void> {
  const asked = gateway.source.asked.length;
  const reply = await gateway.call({ certificate });
  const entry = await expectEntered(gateway, reply, { code: 'identity.unproven', stages: [] });
  expect(entry['reason']).toBe(reason);
  expect(reply.body).not.toContain(reason);
  expect(gateway.source.asked).toHaveLength(asked);
}

async function answerOn(connection: RawConnection, request = good()): Promise<number | undefined> {
  const before = statuses(connection.received()).length;
  connection.send(request);
  await expect.poll(() => statuses(connection.received()).length, { timeout: 5000, interval: 5 }).toBe(before + 1);
  return statuses(connection.received()).at(-1);
}

const bundle = (certificate: CertificateAndKey, ...above: readonly CertificateAndKey[]): CertificateAndKey => ({
  key: certificate.key,
  cert: [certificate, ...above].map(({ cert }) => cert).join(''),
});

describe('a certificate with the right name and department', () => {
  it('by the authority of the department is taken', async () => {
    const made = issueCertificate({ subject: SUBJECT, issuer: authorityOf(DEPARTMENT) });
    expect((await gateway.call({ certificate: made })).status).toBe(200);
  });

  it('by the authority of another department proves nothing', async () => {
    const made = issueCertificate({ subject: SUBJECT, issuer: authorityOf('taxation') });
    await expectUnproven(made, 'unknown-authority');
  });

  it("by an intermediate of another department that bears the name of the department's authority proves nothing", async () => {
    const { cert } = authorityOf(DEPARTMENT);
    const name = /CN=(.*)/.exec(nameOf(cert))?.[1] ?? '';
    const impostor = issueCertificate({
      subject: [
        ['CN', name],
        ['O', 'Shuqiao development only'],
      ],
      issuer: authorityOf('taxation'),
      ca: true,
    });
    const made = issueCertificate({ subject: SUBJECT, issuer: impostor });
    await expectUnproven(bundle(made, impostor), 'unknown-authority');
    // With the real one beside it, for who only looks whether its fingerprint came along.
    await expectUnproven(bundle(made, impostor, { cert, key: '' }), 'unknown-authority');
  });

  it('by itself proves nothing', async () => {
    await expectUnproven(issueCertificate({ subject: SUBJECT }), 'unknown-authority');
  });

  it('by another system of the department, which is no authority, proves nothing', async () => {
    const system = makeOtherCertificates('trusted', [{ id: REGISTRATION, department: DEPARTMENT }]).system(
      REGISTRATION,
    );
    await expectUnproven(bundle(issueCertificate({ subject: SUBJECT, issuer: system }), system), 'unknown-authority');
  });

  it('that has ended, or has not begun, is refused, and the log says which', async () => {
    const issuer = authorityOf(DEPARTMENT);
    await expectUnproven(issueCertificate({ subject: SUBJECT, issuer, valid: [-9, -1] }), 'expired');
    await expectUnproven(issueCertificate({ subject: SUBJECT, issuer, valid: [1, 9] }), 'not-yet-valid');
    expect(gateway.log.join('')).toMatch(/"code":"identity.unproven","reason":"expired"/);
    const metrics = parseExposition(await gateway.metrics());
    expect(sampleOf(metrics, 'shuqiao_unproven_total', { reason: 'not-yet-valid' })).toBe(1);
  });

  it('and a second name or department beside it is refused: nobody guesses which is meant', async () => {
    const issuer = authorityOf(DEPARTMENT);
    const two = (more: readonly ['CN' | 'O', string]): CertificateAndKey =>
      issueCertificate({ subject: [...SUBJECT, more], issuer });
    await expectUnproven(two(['CN', 'taxation.tax-registration']), 'unclear-subject');
    await expectUnproven(two(['O', 'taxation']), 'unclear-subject');
    await expectUnproven(issueCertificate({ subject: [['CN', REGISTRATION]], issuer }), 'unclear-subject');
  });

  it('and a key that is too short is refused', async () => {
    const made = issueCertificate({ subject: SUBJECT, issuer: authorityOf(DEPARTMENT), bits: 1024 });
    // Newer versions of OpenSSL would not even show it.
    await expectUnproven({ ...made, ciphers: 'DEFAULT:@SECLEVEL=0' }, 'unknown-authority');
  });

  it('but the key of another certificate makes no connection', async () => {
    const issuer = authorityOf(DEPARTMENT);
    const [one, other] = [
      issueCertificate({ subject: SUBJECT, issuer }),
      issueCertificate({ subject: SUBJECT, issuer }),
    ];
    await expect(gateway.call({ certificate: { cert: one.cert, key: other.key } })).rejects.toThrow();
  });
});

describe('intermediates', () => {
  const above = authorityOf(DEPARTMENT);
  const first = issueAuthority('first', above);
  const second = issueAuthority('second', first);
  const third = issueAuthority('third', second);

  it('between a certificate and the authority of its department are climbed, two of them', async () => {
    const made = issueCertificate({ subject: SUBJECT, issuer: second });
    const { status } = await gateway.call({ certificate: bundle(made, second, first) });
    expect(status).toBe((await tellsServersTheChain()) ? 200 : 401);
    await expectUnproven(bundle(made, second), 'unknown-authority');
    for (const [name, { cert }] of [['first', first] as const, ['second', second] as const])
      gateway.put(`client-cas/${DEPARTMENT}/${name}.pem`, cert);
    await expect.poll(async () => (await gateway.call({ certificate: made })).status, BOUND).toBe(200);
    for (const name of ['first', 'second']) gateway.remove(`client-cas/${DEPARTMENT}/${name}.pem`);
    await expect.poll(async () => (await gateway.call({ certificate: made })).status, BOUND).toBe(401);
  });

  it('are not climbed further', async () => {
    const made = issueCertificate({ subject: SUBJECT, issuer: third });
    await expectUnproven(bundle(made, third, second, first), 'unknown-authority');
  });

  it('under a root of several departments vouch for the department that lists them, and for no other', async () => {
    const root = issueAuthority('root of all');
    const [own, others] = [issueAuthority('own', root), issueAuthority('of others', root)];
    gateway.put('client-cas/root.pem', root.cert);
    gateway.put(`client-cas/${DEPARTMENT}/own.pem`, own.cert);
    gateway.put('client-cas/taxation/of-others.pem', others.cert);
    const made = issueCertificate({ subject: SUBJECT, issuer: own });
    await expect.poll(async () => (await gateway.call({ certificate: bundle(made, own) })).status, BOUND).toBe(200);
    await expectUnproven(bundle(issueCertificate({ subject: SUBJECT, issuer: others }), others), 'unknown-authority');
    await expectUnproven(issueCertificate({ subject: SUBJECT, issuer: root }), 'unknown-authority');
    for (const name of ['root.pem', `${DEPARTMENT}/own.pem`, 'taxation/of-others.pem'])
      gateway.remove(`client-cas/${name}`);
  });
});

describe('on a connection that stays open', () => {
  const issuer = authorityOf(DEPARTMENT);
  const connect = async (certificate: CertificateAndKey): Promise<RawConnection> =>
    await connectRaw(gateway.gateway.urls.exchange, REGISTRATION, certificate);

  it.for([
    ['PEM', (list: Buffer) => asPem(list)],
    ['DER', (list: Buffer) => list],
  ] as const)(
    'a certificate that is revoked, by a list in %s, is refused within a second, and only it',
    async ([, form]) => {
      const [lost, kept] = [
        issueCertificate({ subject: SUBJECT, issuer }),
        issueCertificate({ subject: SUBJECT, issuer }),
      ];
      const connections = [await connect(lost), await connect(kept)] as const;
      for (const connection of connections) expect(await answerOn(connection)).toBe(200);
      gateway.put(`client-cas/${DEPARTMENT}/ca.crl`, form(issueList({ issuer, revoked: [lost.cert] })));
      await expect.poll(async () => await answerOn(connections[0]), BOUND).toBe(401);
      expect(await answerOn(connections[1])).toBe(200);
      await expectUnproven(lost, 'revoked');
      gateway.remove(`client-cas/${DEPARTMENT}/ca.crl`);
      await expect.poll(async () => await answerOn(connections[0]), BOUND).toBe(200);
      for (const { socket } of connections) socket.destroy();
    },
  );

  it('a certificate whose authority is taken out is refused within a second', async () => {
    const other = issueAuthority('other');
    const made = issueCertificate({ subject: SUBJECT, issuer: other });
    gateway.put(`client-cas/${DEPARTMENT}/other.pem`, other.cert);
    await expect.poll(async () => (await gateway.call({ certificate: made })).status, BOUND).toBe(200);
    const connection = await connect(made);
    expect(await answerOn(connection)).toBe(200);
    gateway.remove(`client-cas/${DEPARTMENT}/other.pem`);
    await expect.poll(async () => await answerOn(connection), BOUND).toBe(401);
    expect((await gateway.call()).status).toBe(200);
    connection.socket.destroy();
  });

  it('a system or certificate that is frozen is refused at the very next request', async () => {
    const connection = await connect(issueCertificate({ subject: SUBJECT, issuer }));
    expect(await answerOn(connection)).toBe(200);
    const certificate = (await gateway.entries()).at(-1)?.['certificate'] as string;
    for (const thing of [
      { kind: 'system', value: REGISTRATION },
      { kind: 'certificate', value: certificate },
    ] as const) {
      await freeze(gateway.database, thing);
      expect(await answerOn(connection)).toBe(403);
      expect((await gateway.entries()).at(-1)).toMatchObject({
        code: 'identity.frozen',
        frozen: thing.kind,
        stages: [],
        certificate,
      });
      await lift(gateway.database, thing);
      // What is frozen is remembered for half a second.
      await expect.poll(async () => await answerOn(connection), { timeout: 5000 }).toBe(200);
    }
    connection.socket.destroy();
  });
});

describe('a session', () => {
  it.for(['TLSv1.2', 'TLSv1.3'] as const)(
    'of %s is not resumed, so a revoked certificate cannot come back by one',
    async (maxVersion) => {
      const issuer = authorityOf(DEPARTMENT);
      const made = issueCertificate({ subject: SUBJECT, issuer });
      const url = gateway.gateway.urls.exchange;
      const first = await connectRaw(url, REGISTRATION, { ...made, maxVersion });
      const sessions: Buffer[] = [];
      first.socket.on('session', (session: Buffer) => sessions.push(session));
      expect(await answerOn(first)).toBe(200);
      sessions.push(first.socket.getSession() ?? Buffer.alloc(0));
      first.socket.destroy();
      gateway.put(`client-cas/${DEPARTMENT}/ca.crl`, issueList({ issuer, revoked: [made.cert] }));
      for (const session of sessions.filter(({ length }) => length > 0)) {
        const again = await connectRaw(url, REGISTRATION, { ...made, maxVersion, session });
        expect(again.socket.isSessionReused()).toBe(false);
        await expect.poll(async () => await answerOn(again), BOUND).toBe(401);
        again.socket.destroy();
      }
      gateway.remove(`client-cas/${DEPARTMENT}/ca.crl`);
      await expect.poll(async () => (await gateway.call({ certificate: made })).status, BOUND).toBe(200);
    },
  );
});

/** Whether this Node hands on what a caller sent with its certificate; some do not (nodejs/node#65579), and then it is not trusted. */
async function tellsServersTheChain(): Promise<boolean> {
  const root = issueAuthority('probe');
  const between = issueAuthority('between', root);
  const made = issueCertificate({ subject: [['CN', 'localhost']], issuer: between });
  const shown = { cert: made.cert + between.cert, key: made.key };
  const server = createServer({ ...shown, ca: root.cert, requestCert: true, rejectUnauthorized: false });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const socket = connectTls({
    ...shown,
    ca: root.cert,
    host: '127.0.0.1',
    port: (server.address() as AddressInfo).port,
    servername: 'localhost',
  });
  socket.on('error', () => {});
  const [accepted] = (await once(server, 'secureConnection')) as [TLSSocket];
  const tells = accepted.getPeerX509Certificate()?.issuerCertificate !== undefined;
  accepted.destroy();
  socket.destroy();
  server.close();
  return tells;
}

function nameOf(pem: string): string {
  return new X509Certificate(pem).subject;
}
