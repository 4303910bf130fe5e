import { request } from 'node:http';
import { connect as connectTcp } from 'node:net';
import type { SecureVersion } from 'node:tls';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { exampleResident, type Harness, IDENTITY, REGISTRATION, startHarness } from '../support/harness.ts';
import { connectRaw, rawRequest } from '../support/raw-connection.ts';

let harness: Harness;
beforeAll(async () => {
  harness = await startHarness();
});
afterAll(async () => await harness.close());

const exchange = () => harness.gateway.urls.exchange;
/** What a client may ask for that does not care: OpenSSL would keep it from the old by itself. */
const CARELESS = '@SECLEVEL=0';

describe('TLS', () => {
  it.for<[SecureVersion]>([['TLSv1'], ['TLSv1.1']])('%s is refused', async ([version]) => {
    const options = { minVersion: version, maxVersion: version, ciphers: `ALL:${CARELESS}` };
    await expect(connectRaw(exchange(), REGISTRATION, options)).rejects.toMatchObject({
      code: 'ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION',
    });
  });

  it.for([
    ['without forward secrecy', 'AES128-GCM-SHA256:AES256-GCM-SHA384'],
    ['without authenticated encryption', 'ECDHE-RSA-AES128-SHA256:ECDHE-RSA-AES256-SHA384:ECDHE-RSA-AES128-SHA'],
    ['with finite-field Diffie-Hellman', 'DHE-RSA-AES128-GCM-SHA256:DHE-RSA-AES256-GCM-SHA384'],
    ['without a certificate', 'aNULL'],
  ])('suites %s are refused', async ([, ciphers = '']) => {
    const options = { maxVersion: 'TLSv1.2', ciphers: `${ciphers}:${CARELESS}` } as const;
    await expect(connectRaw(exchange(), REGISTRATION, options)).rejects.toMatchObject({
      // As OpenSSL 3.0 and 3.5 call the same alert.
      code: expect.stringMatching(/^ERR_SSL_SSL(?:V3|\/TLS)_ALERT_HANDSHAKE_FAILURE$/) as unknown,
    });
  });

  it('1.2 and 1.3 are taken, and of what both sides have the gateway chooses', async () => {
    const ciphers = 'ECDHE-RSA-AES128-GCM-SHA256:ECDHE-RSA-AES256-GCM-SHA384';
    const older = await connectRaw(exchange(), REGISTRATION, { maxVersion: 'TLSv1.2', ciphers });
    expect([older.socket.getProtocol(), older.socket.getCipher().name]).toEqual([
      'TLSv1.2',
      'ECDHE-RSA-AES256-GCM-SHA384',
    ]);
    const newer = await connectRaw(exchange());
    expect(newer.socket.getProtocol()).toBe('TLSv1.3');
    for (const { socket } of [older, newer]) socket.destroy();
  });

  it('is not negotiated anew on an open connection', async () => {
    const connection = await connectRaw(exchange(), REGISTRATION, { maxVersion: 'TLSv1.2' });
    const error = await new Promise<Error | null>((resolve) => {
      connection.socket.once('error', resolve);
      connection.socket.renegotiate({}, resolve);
    });
    expect(error).toBeInstanceOf(Error);
    connection.socket.destroy();
  });
});

describe('plain HTTP to the TLS port', () => {
  const { residentId } = exampleResident();

  it('is told in plain HTTP what to do, whatever its size, and reaches no handler', async () => {
    const url = exchange().replace('https:', 'http:');
    const before = (await harness.entries()).length;
    for (const body of ['', JSON.stringify({ query: { residentId } }), 'x'.repeat(100_000)]) {
      const reply = await new Promise<{
        readonly status: number | undefined;
        readonly type: unknown;
        readonly body: string;
      }>((resolve, reject) => {
        const asking = request(`${url}${IDENTITY}`, { method: 'POST', agent: false }, (response) => {
          let text = '';
          response.on('data', (chunk: Buffer) => (text += chunk.toString('utf8')));
          response.on('end', () =>
            resolve({ status: response.statusCode, type: response.headers['content-type'], body: text }),
          );
        });
        asking.on('error', reject).end(body);
      });
      expect([reply.status, reply.type]).toEqual([400, 'application/problem+json']);
      const problem = JSON.parse(reply.body) as { readonly code: string; readonly remedy: string };
      expect(problem.code).toBe('request.not-tls');
      expect(problem.remedy).toContain('https://');
      expect(reply.body).not.toContain(residentId);
    }
    expect(await harness.entries()).toHaveLength(before);
  });

  it.for([
    ['nothing', ''],
    ['what is neither TLS nor HTTP', '\x80\x2e\x01\x00\x02'],
    ['the beginning of TLS and then nonsense', `\x16${'\xff'.repeat(50)}`],
    ['HTTP/2 from prior knowledge', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'],
    ['one letter', 'G'],
  ])('%s ends the connection, and the gateway goes on', async ([, bytes = '']) => {
    const { hostname, port } = new URL(exchange());
    const socket = connectTcp(Number(port), hostname);
    const received: Buffer[] = [];
    socket.on('data', (chunk: Buffer) => received.push(chunk)).on('error', () => {});
    await new Promise<void>((resolve) => {
      socket.once('close', () => resolve());
      socket.end(Buffer.from(bytes, 'latin1'));
    });
    // Nothing, an alert of TLS, or the problem.
    const answer = Buffer.concat(received);
    expect(answer.length === 0 || answer[0] === 0x15 || answer.toString('latin1').startsWith('HTTP/1.1 400 ')).toBe(
      true,
    );
    expect((await harness.call()).status).toBe(200);
  });

  it('a request in several pieces after TLS began is answered as ever', async () => {
    const connection = await connectRaw(exchange());
    const text = rawRequest(IDENTITY, JSON.stringify({ purpose: 'open-a-shop', query: { residentId } }), {
      headers: { Connection: 'close' },
    });
    for (const piece of [text.slice(0, 5), text.slice(5, 90), text.slice(90)]) {
      connection.send(piece);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    await connection.ended();
    expect(connection.received()).toMatch(/^HTTP\/1\.1 200 /);
  });
});
