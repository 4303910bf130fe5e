import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { type InvalidAnswer, ShuqiaoAnswerInvalid, type ShuqiaoClient } from '../../src/client/shuqiao-client.ts';
import { canonicalJson } from '../../src/domain/canonical-json.ts';
import type { JsonObject } from '../../src/domain/json.ts';
import type { AnswerClaims } from '../../src/domain/sealed-answer.ts';
import { commitment } from '../../src/keys/commitment.ts';
import { openAnswer } from '../../src/keys/open.ts';
import { createSealer } from '../../src/keys/seal.ts';
import { clientOf, sealingKeyOf, thrown } from '../support/client.ts';
import { AGENT_DESK, type Harness, REGISTRATION, startHarness } from '../support/harness.ts';
import { keyPair, registeredKeysOf } from '../support/keys.ts';
import { type Relay, type Relayed, startRelay } from '../support/relay.ts';

let harness: Harness;
let relay: Relay;
let client: ShuqiaoClient;
beforeAll(async () => {
  harness = await startHarness();
});
afterAll(async () => await harness.close());
beforeEach(async () => {
  relay = await startRelay(harness.gateway.urls.exchange);
  onTestFinished(relay.close);
  client = clientOf(relay.origin);
});

const ask = async (by = client): Promise<unknown> =>
  await by.exchange({
    contract: 'public-security.resident-identity.v1',
    purpose: 'open-a-shop',
    query: { residentId: harness.resident.residentId },
  });
const published = async () => ({ keys: [...(await harness.keyRing.published('answer'))] });

/** The answer to the next exchanges is another one. */
function answerWith(change: (reply: Relayed) => Relayed | Promise<Relayed>): void {
  relay.change({ reply: (reply, { path }) => (path.startsWith('/exchange') ? change(reply) : reply) });
}

async function expectInvalid(reason: InvalidAnswer, by = client): Promise<void> {
  const error = await thrown(ask(by));
  expect(error).toBeInstanceOf(ShuqiaoAnswerInvalid);
  expect(error).toMatchObject({ reason, requestId: relay.passed.at(-1)?.headers['request-id'] });
}

/** What only the gateway itself could send: its own answer with other claims, signed and sealed as it does. */
async function forged(reply: Relayed, changed: (claims: AnswerClaims) => JsonObject): Promise<Relayed> {
  const privateJwk = sealingKeyOf(REGISTRATION);
  const claims = (await openAnswer(reply.body.toString(), {
    privateJwk,
    gatewayKeys: await published(),
  })) as AnswerClaims;
  const { d: _, ...publicJwk } = privateJwk;
  const registeredKeys = registeredKeysOf({ [REGISTRATION]: publicJwk });
  const keysOf = async () => await registeredKeys.keysOf(REGISTRATION, 'enc');
  const sealer = createSealer({ keyRing: harness.keyRing, registeredKeys: { keysOf } });
  return { ...reply, body: Buffer.from(await sealer.seal({ ...claims, ...changed(claims) })) };
}

describe('an answer that the gateway signed', () => {
  it('is believed when it is sealed again as it was', async () => {
    answerWith(async (reply) => await forged(reply, () => ({})));
    expect(await ask()).toMatchObject({ data: { status: '正常' } });
  });

  it.each<[InvalidAnswer, string, (claims: AnswerClaims) => JsonObject]>([
    ['audience', 'for another system', () => ({ aud: AGENT_DESK })],
    ['issuer', 'as another gateway', () => ({ iss: 'another' })],
    ['exchange', 'for another exchange', () => ({ jti: '017f22e2-79b0-7cc3-98c4-dc0c0c07398f' })],
    ['request', 'to another request', () => ({ request: '017f22e2-79b0-7cc3-98c4-dc0c0c07398f' })],
    ['contract', 'of another contract', () => ({ contract: 'public-security.household.v1' })],
    ['purpose', 'for another purpose', () => ({ purpose: 'tax-registration' })],
    ['time', 'long before it was asked for', ({ iat }) => ({ iat: iat - 90 })],
    ['time', 'in the future', ({ iat }) => ({ iat: iat + 90 })],
    ['commitment', 'with other data than it commits to', ({ data }) => ({ data: { ...data, status: '死亡' } })],
    ['commitment', 'with another salt', () => ({ salt: 'AAAA' })],
    ['unreadable', 'without a time', () => ({ iat: '0' })],
    [
      'unreadable',
      'with data that is no record',
      ({ salt }) => ({
        data: [],
        digest: commitment(Buffer.from(salt, 'base64url'), canonicalJson([])),
      }),
    ],
  ])('is refused (%s) if it is %s', async (reason, _what, changed) => {
    answerWith(async (reply) => await forged(reply, changed));
    await expectInvalid(reason);
  });

  it('for another exchange is refused in place of this one, also with the headers that came with it', async () => {
    let first: Relayed | undefined;
    answerWith((reply) => (first ??= reply));
    await ask();
    await expectInvalid('request');
    answerWith((reply) => ({ ...(first ?? reply), headers: reply.headers }));
    await expectInvalid('exchange');
  });

  it.each<[string, Record<string, string | undefined>]>([
    ['without a receipt', { 'receipt-index': undefined }],
    ['with a receipt that is no number', { 'receipt-index': '-1' }],
    ['with a receipt that is no leaf', { 'receipt-leaf': 'ab' }],
  ])('is refused %s', async (_what, headers) => {
    answerWith((reply) => ({ ...reply, headers: { ...reply.headers, ...headers } }));
    await expectInvalid('receipt');
  });

  it('is refused under another media type, which another reader could take for something else', async () => {
    answerWith((reply) => ({ ...reply, headers: { ...reply.headers, 'content-type': 'text/html' } }));
    await expectInvalid('form');
  });

  it('is refused if it is longer than any, and not kept until its end', async () => {
    answerWith((reply) => ({ ...reply, body: Buffer.alloc(17_000_000, 'A') }));
    expect(await thrown(ask())).toMatchObject({ reason: 'form' });
  });
});

describe('an answer with one bit changed', () => {
  it('is refused, whichever part it is in', async () => {
    for (const part of [0, 1, 2, 3, 4])
      for (const bit of [0, 1, 4]) {
        answerWith((reply) => {
          const parts = reply.body
            .toString()
            .split('.')
            .map((text) => Buffer.from(text));
          const bytes = parts[part] ?? Buffer.alloc(0);
          const at = (7 * (bit + 1)) % bytes.length;
          bytes[at] = (bytes[at] ?? 0) ^ (1 << bit);
          return { ...reply, body: Buffer.from(parts.join('.')) };
        });
        expect(await thrown(ask())).toBeInstanceOf(ShuqiaoAnswerInvalid);
      }
  });
});

describe('the keys of the gateway', () => {
  it('that were handed over are the only ones', async () => {
    const [own] = (await published()).keys;
    const { publicJwk } = keyPair('P-256');
    const by = (kid: string) => clientOf(relay.origin, { gatewayKeys: { keys: [{ ...publicJwk, kid }] } });
    await expectInvalid('signature', by(own?.kid ?? ''));
    await expectInvalid('signing-key-unknown', by('another'));
    await ask(clientOf(relay.origin, { gatewayKeys: await published() }));
    expect(relay.passed.filter(({ path }) => path === '/.well-known/jwks.json')).toEqual([]);
  });

  it('are asked for before anything is, and nothing is asked without them', async () => {
    relay.change({
      reply: (reply, { path }) => (path === '/.well-known/jwks.json' ? { ...reply, body: Buffer.from('{}') } : reply),
    });
    expect(await thrown(ask())).toMatchObject({ reached: 'not-sent', reason: 'NOT_A_GATEWAY' });
    expect(relay.passed.filter(({ path }) => path.startsWith('/exchange'))).toEqual([]);
  });
});
