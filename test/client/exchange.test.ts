import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { isEntryOf, ShuqiaoTokenRefused } from '../../src/client/shuqiao-client.ts';
import type { JsonObject } from '../../src/domain/json.ts';
import { loadSnapshot } from '../../src/plan/load-snapshot.ts';
import { copyOf, set } from '../contracts/broken-copy.ts';
import { clientOf, thrown } from '../support/client.ts';
import { record, status } from '../support/fake-source.ts';
import { AGENT_DESK, type Harness, REGISTRATION, startHarness } from '../support/harness.ts';
import { keyPair } from '../support/keys.ts';
import { expectNoneOf } from '../support/problems.ts';
import { type Relay, startRelay } from '../support/relay.ts';
import { partsOf, registerSignatureKey } from '../support/tokens.ts';
import { ORDER_NUMBER, workOrder } from '../support/work-order.ts';

const CONTRACT = 'public-security.resident-identity.v1';
const HOTLINE_GRANT = 'policies/grants/hotline-call-back.json';

let harness: Harness;
let relay: Relay;
let ahead = 0;
const now = (): number => Date.now() + ahead;
beforeAll(async () => {
  harness = await startHarness({ parts: () => ({ clock: { now } }) });
});
afterAll(async () => await harness.close());
beforeEach(async () => {
  ahead = 0;
  relay = await startRelay(harness.gateway.urls.exchange);
  onTestFinished(relay.close);
});

const asking = () => ({
  contract: CONTRACT,
  purpose: 'open-a-shop',
  query: { residentId: harness.resident.residentId, name: harness.resident.name },
});
const tokensAsked = (): number => relay.passed.filter(({ path }) => path === '/oauth/token').length;
const entryAt = async (index: number): Promise<string> => {
  for await (const row of harness.gateway.ledger.rows(index + 1)) if (row.index === index) return row.entry;
  return '';
};

interface Identity extends JsonObject {
  readonly nameMatches: boolean;
}
const isIdentity = (data: JsonObject): data is Identity => typeof data['nameMatches'] === 'boolean';

describe('a client', () => {
  it('gets a token, asks, opens and believes the answer, and has what the ledger says of it', async () => {
    const client = clientOf(harness.gateway.urls.exchange);
    const answer = await client.exchange({ ...asking(), case: 'A-1', officer: 'clerk', check: isIdentity });
    expect(answer.data?.nameMatches).toBe(true);
    expect(answer).toMatchObject({ form: 'sealed', exchangeId: answer.claims.jti });
    const entry = await entryAt(answer.receipt.index);
    expect(JSON.parse(entry)).toMatchObject({
      exchange: answer.exchangeId,
      request: answer.requestId,
      digests: answer.evidence,
    });
    expect(isEntryOf(entry, answer)).toBe(true);
    const another = await client.exchange(asking());
    expect(isEntryOf(await entryAt(another.receipt.index), answer)).toBe(false);
    for (const changed of ['answer', 'released', 'request'] as const) {
      const evidence = { ...answer.evidence, [changed]: another.evidence[changed] };
      expect(isEntryOf(entry, { ...answer, evidence })).toBe(false);
    }
    expect(isEntryOf(`${entry} `, answer)).toBe(false);
  });

  it('says that the source has no record', async () => {
    harness.source.behave(status(204));
    onTestFinished(() => harness.source.behave(record(harness.resident)));
    const { data } = await clientOf(harness.gateway.urls.exchange).exchange({ ...asking(), check: isIdentity });
    expect(data).toBeNull();
  });

  it('believes no data that the check does not accept', async () => {
    const client = clientOf(harness.gateway.urls.exchange);
    const check = (data: JsonObject): data is Identity => data === null;
    expect(await thrown(client.exchange({ ...asking(), check }))).toMatchObject({ reason: 'schema' });
  });

  it('keeps one token and one connection for calls in a row, and asks for the keys once', async () => {
    const client = clientOf(relay.origin);
    for (let call = 0; call < 3; call += 1) await client.exchange(asking());
    expect(tokensAsked()).toBe(1);
    expect(relay.passed.filter(({ path }) => path === '/.well-known/jwks.json')).toHaveLength(1);
    expect(relay.connections()).toBe(1);
  });

  it('asks for one token when twenty calls need it at once', async () => {
    const client = clientOf(relay.origin);
    const answers = await Promise.all(Array.from({ length: 20 }, async () => await client.exchange(asking())));
    expect(new Set(answers.map(({ exchangeId }) => exchangeId)).size).toBe(20);
    expect(tokensAsked()).toBe(1);
    expect(relay.connections()).toBeLessThanOrEqual(16);
  });

  it('asks for the next token shortly before the one it has ends', async () => {
    const client = clientOf(relay.origin, { clock: { now } });
    const first = await client.getToken();
    ahead += 3_600_000 - 35_000;
    expect(await client.getToken()).toBe(first);
    ahead += 6_000;
    expect(await client.getToken()).not.toBe(first);
  });

  it('asks once more, under the same id and with a fresh token, when its token has ended for the gateway', async () => {
    const client = clientOf(relay.origin, { clockSkewSeconds: 20_000 });
    await client.exchange(asking());
    ahead += 7_200_000;
    const answer = await client.exchange(asking());
    expect(tokensAsked()).toBe(2);
    const sent = relay.passed.filter(({ headers }) => headers['request-id'] === answer.requestId);
    expect(sent).toHaveLength(2);
    expect(new Set(sent.map(({ headers }) => headers.authorization)).size).toBe(2);
  });

  it('does not go on asking with tokens that are never taken', async () => {
    relay.change({ request: ({ path }) => (path.startsWith('/exchange') ? { authorization: 'Bearer a.b.c' } : {}) });
    expect(await thrown(clientOf(relay.origin).exchange(asking()))).toMatchObject({ code: 'token.invalid' });
    expect(relay.passed.filter(({ path }) => path.startsWith('/exchange'))).toHaveLength(2);
  });

  it('narrows its tokens to what it asks, one for each', async () => {
    const client = clientOf(relay.origin, { narrowTokens: true });
    await client.exchange(asking());
    await client.exchange(asking());
    expect(tokensAsked()).toBe(1);
    const need = { contract: CONTRACT, purpose: 'open-a-shop' };
    const [, claims] = partsOf(await client.getToken({ need }));
    expect(claims['authorization_details']).toEqual([{ type: 'data_sharing', ...need }]);
    expect(tokensAsked()).toBe(1);
  });

  it('gets its token with a signed assertion, each of them good once', async () => {
    const { privateJwk } = await registerSignatureKey(harness.database);
    const options = { clientKey: privateJwk, issuer: 'https://localhost' };
    for (const _ of [1, 2]) {
      const { data } = await clientOf(harness.gateway.urls.exchange, options).exchange(asking());
      expect(data).toMatchObject({ nameMatches: true });
    }
  });

  it('is told in a word why it gets no token', async () => {
    const options = { clientKey: keyPair('Ed25519').privateJwk, issuer: 'https://localhost' };
    const error = await thrown(clientOf(harness.gateway.urls.exchange, options).exchange(asking()));
    expect(error).toBeInstanceOf(ShuqiaoTokenRefused);
    expect(error).toMatchObject({ error: 'invalid_client', status: 401 });
  });

  it('ends a call that its caller gives up, with the reason of the caller, and goes on serving others', async () => {
    const client = clientOf(harness.gateway.urls.exchange);
    await client.getToken();
    harness.source.behave(() => {});
    const waiting = client.exchange({ ...asking(), signal: AbortSignal.timeout(200) });
    expect(await thrown(waiting)).toMatchObject({ name: 'TimeoutError' });
    const reason = new Error('the citizen left');
    expect(await thrown(client.exchange({ ...asking(), signal: AbortSignal.abort(reason) }))).toBe(reason);
    harness.source.behave(record(harness.resident));
    expect((await client.exchange(asking())).data).toMatchObject({ nameMatches: true });
  });

  it('asks nothing once it is closed', async () => {
    const client = clientOf(harness.gateway.urls.exchange);
    client.close();
    await expect(client.exchange(asking())).rejects.toThrow('the client is closed');
    await expect(client.getToken()).rejects.toThrow('the client is closed');
  });

  it('refuses an address that is none, and a contract that would be another address', async () => {
    expect(() => clientOf('http://localhost:1')).toThrow(TypeError);
    const client = clientOf(harness.gateway.urls.exchange);
    for (const contract of ['a.b', 'a.b.v1/../x', '%2e%2e.b.v1', 'A.b.v1', 'a.b.v0'])
      await expect(client.exchange({ ...asking(), contract })).rejects.toBeInstanceOf(TypeError);
  });

  it('says what went wrong without a word of who was asked about', async () => {
    const client = clientOf(harness.gateway.urls.exchange, { retries: { attempts: 1 } });
    const { residentId, name } = harness.resident;
    harness.source.behave((_req, res, query) => res.writeHead(500).end(JSON.stringify(query)));
    onTestFinished(() => harness.source.behave(record(harness.resident)));
    const errors = [
      await thrown(client.exchange(asking())),
      await thrown(client.exchange({ ...asking(), purpose: 'x' })),
      await thrown(client.exchange({ ...asking(), query: { residentId: `${residentId}0` } })),
      await thrown(client.exchange({ ...asking(), query: { [residentId]: name } })),
    ];
    expect(errors.map((error) => (error as { code: string }).code)).toEqual([
      'source.failed',
      'grant.missing',
      'query.invalid',
      'filter.not-granted',
    ]);
    expectNoneOf(
      errors.flatMap((error) => [String(error), (error as Error).stack ?? '', JSON.stringify(error)]),
      [residentId, name],
    );
  });
});

describe('an answer in JSON', () => {
  const plain = async (): Promise<Harness> => {
    const fields = [{ path: '/orderNumber', treatment: 'keep', justification: 'To find it again.' }];
    const root = copyOf(set(HOTLINE_GRANT, '/answer', 'json'), set(HOTLINE_GRANT, '/fields', fields));
    const folders = { contractsDir: join(root, 'contracts'), policiesDir: join(root, 'policies') };
    const plainly = await startHarness({
      parts: ({ keyRing }) => ({ snapshot: loadSnapshot(folders, keyRing.treatmentKeys()) }),
    });
    onTestFinished(plainly.close);
    plainly.source.behave(record(workOrder('19900000000')));
    return plainly;
  };
  const callBack = {
    contract: 'government-services.work-order.v1',
    purpose: 'hotline-call-back',
    query: { orderNumber: ORDER_NUMBER },
  };

  it('is believed by its signature where it was asked for and is granted', async () => {
    const plainly = await plain();
    const client = clientOf(plainly.gateway.urls.exchange, { system: AGENT_DESK });
    const answer = await client.exchange({ ...callBack, form: 'json' });
    expect(answer.form).toBe('json');
    expect(answer.data).toHaveProperty('orderNumber');
    expect((await plainly.entries()).at(-1)).toMatchObject({ digests: answer.evidence });
    expect((await client.exchange(callBack)).form).toBe('sealed');
  });

  it('is not believed if anything of it was changed, its signature is gone, or nobody asked for it', async () => {
    const plainly = await plain();
    const between = await startRelay(plainly.gateway.urls.exchange, AGENT_DESK);
    onTestFinished(between.close);
    const client = clientOf(between.origin, { system: AGENT_DESK });
    const reasonAfter = async (
      change: (text: string, signature: string) => readonly [string, string | undefined],
      form: 'json' | 'sealed' = 'json',
    ): Promise<unknown> => {
      between.change({
        request: (): Record<string, string> => (form === 'sealed' ? { accept: 'application/json' } : {}),
        reply: (reply, { path }) => {
          if (!path.startsWith('/exchange')) return reply;
          const [text, signature] = change(reply.body.toString(), String(reply.headers['answer-signature']));
          return { ...reply, headers: { ...reply.headers, 'answer-signature': signature }, body: Buffer.from(text) };
        },
      });
      return await thrown(client.exchange({ ...callBack, form }));
    };
    expect(await reasonAfter((text, mac) => [`${text} `, mac])).toMatchObject({ reason: 'signature' });
    expect(await reasonAfter((text, mac) => [text.replace('"iat":1', '"iat":2'), mac])).toMatchObject({
      reason: 'signature',
    });
    expect(await reasonAfter((text) => [text, undefined])).toMatchObject({ reason: 'form' });
    expect(await reasonAfter((text, mac) => [text, mac.replace('..', '.e30.')])).toMatchObject({ reason: 'form' });
    expect(await reasonAfter((text, mac) => [text, mac], 'sealed')).toMatchObject({ reason: 'form' });
  });
});

it('a system is asked for by its own certificate only', async () => {
  const client = clientOf(harness.gateway.urls.exchange, { system: AGENT_DESK });
  expect(await thrown(client.exchange(asking()))).toMatchObject({ code: 'grant.missing', retry: 'never' });
  expect(REGISTRATION).not.toBe(AGENT_DESK);
});
