import { createHmac } from 'node:crypto';
import { copyFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, inject, it, onTestFinished } from 'vitest';
import { loadSources } from '../../src/config/sources.ts';
import type { Parts } from '../../src/core.ts';
import type { SourceSettings } from '../../src/domain/source-settings.ts';
import {
  type Behaviour,
  type FakeSource,
  type Received,
  record,
  startFakeSource,
  status,
} from '../support/fake-source.ts';
import { exampleResident, type Harness, type HarnessOptions, startHarness } from '../support/harness.ts';
import { expectEntered, expectNoneOf, kept } from '../support/problems.ts';
import { scratchFolder } from '../support/scratch-folder.ts';
import { verifyHttpSignature } from '../support/verify-http-signature.ts';
import { CALL_BACK } from '../support/work-order.ts';

const POPULATION = 'public-security.population-register';
const resident = exampleResident();

/** Secrets by the file they are in. */
const RIGHT = { token: 'geheim-bearer-4711', secret: 'geheim0123456789abcdef0123456789', key: '5e'.repeat(32) };
const WRONG = { token: 'falsch-bearer-4711', secret: 'falsch0123456789abcdef0123456789', key: '5f'.repeat(32) };
const SECRETS = [...Object.values(RIGHT), ...Object.values(WRONG)];

const WRITTEN = {
  bearer: { kind: 'bearer', tokenFile: 'token' },
  gjgxjhpt: { kind: 'gjgxjhpt', rid: 'shuqiao-test@99', sid: 's_990000000000_0001', secretFile: 'secret' },
  'http-signature': { kind: 'http-signature', keyId: 'shuqiao-1', secretFile: 'key' },
} as const;
type Kind = keyof typeof WRITTEN;
const KINDS = ['bearer', 'gjgxjhpt', 'http-signature'] as const satisfies readonly Kind[];

/** Whether a source that has the right secret accepts a request. */
const ACCEPTS: Readonly<Record<Kind, (received: Received) => boolean>> = {
  bearer: ({ headers }) => headers.authorization === `Bearer ${RIGHT.token}`,
  gjgxjhpt: ({ headers }) => {
    const [rid, sid, rtime] = ['rid', 'sid', 'rtime'].map((name) => String(headers[`gjgxjhpt_${name}`]));
    const sign = createHmac('sha256', RIGHT.secret).update(`${sid}${rid}${rtime}`).digest('base64');
    return headers['gjgxjhpt_sign'] === sign && Math.abs(Date.now() - Number(rtime)) < 60_000;
  },
  'http-signature': (received) => verifyHttpSignature(received, Buffer.from(RIGHT.key, 'hex')),
};

function guarded({ received }: FakeSource, kind: Kind): Behaviour {
  return (req, res, query) => {
    const latest = received.at(-1);
    (latest !== undefined && ACCEPTS[kind](latest) ? record(resident) : status(401))(req, res, query);
  };
}

interface Written {
  readonly authentication: object;
  /** Where the source is, if not where the harness has it. */
  readonly origin?: string;
}

/** Sources written in a file with their secrets beside it, as a deployment does it. */
function fromFile(folder: string, parts: Parts, written: (id: string) => Written): ReadonlyMap<string, SourceSettings> {
  const sources = [...parts.sources].map(
    ([
      id,
      {
        origins: [origin],
        breaker,
      },
    ]) => {
      copyFileSync(join(inject('certsDir'), 'ca.pem'), join(folder, 'ca.pem'));
      return [id, { origin, caFile: 'ca.pem', breaker, ...written(id) }] as const;
    },
  );
  const sourcesFile = join(folder, 'sources.json');
  writeFileSync(sourcesFile, JSON.stringify({ sources: Object.fromEntries(sources) }));
  return loadSources({ ...parts.config, sourcesFile }, parts.clock);
}

async function gateway(
  folder: string,
  written: (id: string) => Written,
  { clock, ...options }: HarnessOptions & Pick<Parts, 'clock'> = {},
): Promise<Harness> {
  const harness = await startHarness({
    fakeSource: { requestCert: false },
    ...options,
    parts: (parts) => {
      const timed = { ...parts, ...(clock === undefined ? {} : { clock }) };
      return { ...timed, sources: fromFile(folder, timed, written) };
    },
  });
  onTestFinished(harness.close);
  return harness;
}

describe.for(KINDS)('to a source that knows it by %s', (kind) => {
  const authentication = WRITTEN[kind];

  it('the gateway proves itself without a certificate, and keeps the secret to itself', async () => {
    const harness = await gateway(scratchFolder(RIGHT), () => ({ authentication }));
    harness.source.behave(guarded(harness.source, kind));
    expect((await harness.call()).status).toBe(200);
    expect(harness.source.received).toMatchObject([{ certified: false, method: 'POST' }]);
    const shown = await (await fetch(`${harness.gateway.urls.control}/sources`)).text();
    expect(JSON.parse(shown)).toMatchObject({
      sources: expect.arrayContaining([
        { id: POPULATION, breaker: 'closed', endpoints: ['closed'], inProgress: 0, waiting: 0, authentication: kind },
      ]) as unknown,
    });
    expectNoneOf([...(await kept(harness)), shown], [...SECRETS, 'shuqiao-test@99', 'shuqiao-1']);
  });

  it('with another secret it is turned away, which is told without the secret and opens no breaker', async () => {
    const breaker = { minimumCalls: 1, failurePercent: 1 };
    const harness = await gateway(scratchFolder(WRONG), () => ({ authentication }), { breaker });
    harness.source.behave(guarded(harness.source, kind));
    for (let call = 0; call < 3; call += 1) {
      const reply = await harness.call();
      await expectEntered(harness, reply, { code: 'source.unauthorized', stages: ['identify', 'authorize'] });
      expectNoneOf([reply.body, JSON.stringify(reply.headers)], SECRETS);
    }
    expect(harness.source.received).toHaveLength(3);
    expectNoneOf(await kept(harness), SECRETS);
  });

  it('nothing that proves it follows a redirect', async () => {
    const canary = await startFakeSource(record(resident), { requestCert: false });
    onTestFinished(canary.close);
    const harness = await gateway(scratchFolder(RIGHT), () => ({ authentication }));
    for (const code of [301, 302, 307, 308]) {
      harness.source.behave(status(code, { Location: `${canary.origin}/residents/find` }));
      expect((await harness.call()).problem().code).toBe('source.refused');
    }
    expect(harness.source.received).toHaveLength(4);
    expect(canary.received).toEqual([]);
  });
});

describe('a secret', () => {
  it('of one source never goes to another', async () => {
    const others = { ...RIGHT, other: WRONG.token };
    const second = await startFakeSource(status(204), { requestCert: false });
    onTestFinished(second.close);
    const harness = await gateway(scratchFolder(others), (id) =>
      id === POPULATION
        ? { authentication: WRITTEN.bearer }
        : { authentication: { kind: 'bearer', tokenFile: 'other' }, origin: second.origin },
    );
    await harness.call();
    await harness.call(CALL_BACK);
    await harness.call();
    const tokens = ({ received }: FakeSource) => received.map(({ headers }) => headers.authorization);
    expect(tokens(harness.source)).toEqual([`Bearer ${RIGHT.token}`, `Bearer ${RIGHT.token}`]);
    expect(tokens(second)).toEqual([`Bearer ${WRONG.token}`]);
  });

  it('that is replaced is followed within seconds, and the last good one is kept while its file is none', async () => {
    let later = 0;
    const clock = { now: () => Date.now() + later };
    const folder = scratchFolder(RIGHT);
    const harness = await gateway(folder, () => ({ authentication: WRITTEN.bearer }), { clock });
    const tokens = async (text: string | undefined, afterMs: number): Promise<string | undefined> => {
      if (text === undefined) rmSync(join(folder, 'token'), { force: true });
      else writeFileSync(join(folder, 'token'), text);
      later += afterMs;
      expect((await harness.call()).status).toBe(200);
      return harness.source.received.at(-1)?.headers.authorization;
    };
    expect(await tokens(RIGHT.token, 0)).toBe(`Bearer ${RIGHT.token}`);
    expect(await tokens(WRONG.token, 5_000)).toBe(`Bearer ${WRONG.token}`);
    expect(await tokens('', 5_000)).toBe(`Bearer ${WRONG.token}`);
    expect(await tokens('two\r\nX: lines', 5_000)).toBe(`Bearer ${WRONG.token}`);
    expect(await tokens(undefined, 5_000)).toBe(`Bearer ${WRONG.token}`);
    expect(await tokens(RIGHT.token, 5_000)).toBe(`Bearer ${RIGHT.token}`);
  });
});

describe('a gateway that cannot prove itself', () => {
  const failing: SourceSettings['authentication'] = {
    kind: 'bearer',
    token: { current: async () => await Promise.reject(new Error(`no ${RIGHT.token}`)) },
  };

  it('asks nobody, calls it its own fault, and does not hold it against the source', async () => {
    const harness = await startHarness({
      source: { authentication: failing },
      breaker: { minimumCalls: 1, failurePercent: 1 },
    });
    onTestFinished(harness.close);
    for (let call = 0; call < 3; call += 1)
      await expectEntered(harness, await harness.call(), { code: 'internal', stages: ['identify', 'authorize'] });
    expect(harness.source.received).toEqual([]);
    expectNoneOf(await kept(harness), SECRETS);
  });

  it('leaves a breaker that tries again as it was: the next call is the one that tries', async () => {
    let fails = false;
    const token = { current: async () => (fails ? await Promise.reject(new Error('none')) : RIGHT.token) };
    const harness = await startHarness({
      source: { authentication: { kind: 'bearer', token } },
      breaker: { minimumCalls: 1, failurePercent: 1, restMs: 200 },
    });
    onTestFinished(harness.close);
    harness.source.behave(status(500));
    const codes: string[] = [(await harness.call()).problem().code];
    fails = true;
    await expect.poll(async () => (await harness.call()).problem().code).toBe('internal');
    fails = false;
    codes.push((await harness.call()).problem().code);
    codes.push((await harness.call()).problem().code);
    expect(codes).toEqual(['source.failed', 'source.failed', 'source.circuit-open']);
    expect(harness.source.received).toHaveLength(2);
  });
});
