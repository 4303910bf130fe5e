import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { sourcesAt } from '../support/elsewhere.ts';
import { exampleResident, type Harness, type HarnessOptions, startHarness } from '../support/harness.ts';
import { makeOtherCertificates } from '../support/other-certificates.ts';
import { startPlainServer } from '../support/plain-servers.ts';
import { freePort } from '../support/postgres-server.ts';
import { canaries, expectEntered, expectNoneOf, kept } from '../support/problems.ts';

const unavailable = { code: 'source.unavailable', stages: ['identify', 'authorize'] } as const;
const text = JSON.stringify(exampleResident());

async function gateway(options: HarnessOptions): Promise<Harness> {
  const harness = await startHarness(options);
  onTestFinished(harness.close);
  return harness;
}

describe('a source that cannot be reached', () => {
  it('because nobody listens there', async () => {
    const harness = await gateway({ parts: sourcesAt(`https://localhost:${await freePort()}`) });
    const reply = await harness.call();
    await expectEntered(harness, reply, unavailable);
    expect(reply.headers['retry-after']).toBe('1');
  });

  it('because its name does not resolve', async () => {
    const harness = await gateway({ parts: sourcesAt('https://no-such-host.invalid') });
    await expectEntered(harness, await harness.call(), unavailable);
  });

  it('because its certificate is from another authority: it is not asked', async () => {
    const { ca, system } = makeOtherCertificates('another', [{ id: 'gateway.itself', department: 'gateway' }]);
    const harness = await gateway({ source: { tls: { current: async () => ({ ca, ...system('gateway.itself') }) } } });
    await expectEntered(harness, await harness.call(), unavailable);
    expect(harness.source.asked).toEqual([]);
  });

  it('because its certificate is for another name: it is not asked', async () => {
    const harness = await gateway({
      parts: (parts) => {
        const [configured] = parts.sources.values();
        const port = new URL(configured?.origins[0] ?? '').port;
        return sourcesAt(`https://127.0.0.2:${port}`)(parts);
      },
    });
    await expectEntered(harness, await harness.call(), unavailable);
    expect(harness.source.asked).toEqual([]);
  });

  it('because it does not take the certificate of the gateway', async () => {
    const { system } = makeOtherCertificates('another', [{ id: 'gateway.itself', department: 'gateway' }]);
    const harness = await gateway({
      parts: ({ sources }) => ({
        sources: new Map(
          [...sources].map(([id, source]) => {
            const tls = source.tls.current().then(({ ca }) => ({ ca, ...system('gateway.itself') }));
            return [id, { ...source, tls: { current: async () => await tls } }];
          }),
        ),
      }),
    });
    await expectEntered(harness, await harness.call(), unavailable);
    expect(harness.source.asked).toEqual([]);
  });

  it.for([
    ['takes the connection and closes it', ''],
    ['speaks, but no TLS', 'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}'],
  ])('because it %s', async ([, said = '']) => {
    const server = await startPlainServer((socket) => socket.end(said));
    onTestFinished(server.close);
    const harness = await gateway({ parts: sourcesAt(server.origin) });
    await expectEntered(harness, await harness.call(), unavailable);
    expect(server.connections()).toBeGreaterThan(0);
  });

  it('because it takes the connection and never says who it is: that is waited for so long and no longer', async () => {
    const server = await startPlainServer(() => {});
    onTestFinished(server.close);
    const harness = await gateway({
      parts: (parts) => sourcesAt(server.origin)(parts),
      source: { connectTimeoutMs: 300, totalTimeoutMs: 800 },
    });
    await expectEntered(harness, await harness.call(), { ...unavailable, code: 'source.timeout' });
  });
});

describe('a source that breaks off', () => {
  let harness: Harness;
  beforeAll(async () => {
    harness = await startHarness();
  });
  afterAll(async () => await harness.close());

  const head = `HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: ${Buffer.byteLength(text)}\r\n\r\n`;
  it.for([
    ['before it says anything', ''],
    ['in its head', 'HTTP/1.1 200 OK\r\nContent-Ty'],
    ['after its head', head],
    ['one byte before the end', (head + text).slice(0, -1)],
    [
      'in a chunk',
      `HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\nffff\r\n${text}`,
    ],
  ])('%s: nothing is released', async ([, said = '']) => {
    harness.source.behave((req) => req.socket.end(said));
    await expectEntered(harness, await harness.call(), unavailable);
    harness.source.behave((req) => req.socket.write(said, () => req.socket.destroy()));
    await expectEntered(harness, await harness.call(), unavailable);
  });

  it('leaves nothing of the question or of half an answer anywhere', async () => {
    expectNoneOf(await kept(harness), canaries());
  });
});
