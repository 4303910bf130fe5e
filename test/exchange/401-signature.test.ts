import { createHash, randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import { STAGES } from '../../src/domain/observer.ts';
import { keyRegister } from '../../src/store/registered-keys.ts';
import { copyOf, set } from '../contracts/broken-copy.ts';
import { AGENT_DESK, type Harness, IDENTITY, REGISTRATION, type Reply, startHarness } from '../support/harness.ts';
import { keyPair } from '../support/keys.ts';
import { expectEntered, expectNoneOf, expectProblem, kept } from '../support/problems.ts';
import { requiringSignatures, type SignedHeaders, type Signing, signRequest } from '../support/sign-request.ts';
import { registerSignatureKey, type SystemKey } from '../support/tokens.ts';

let harness: Harness;
let key: SystemKey;
let other: SystemKey;
let token: string;
let body: Uint8Array;
beforeAll(async () => {
  harness = await startHarness({ parts: (parts) => requiringSignatures(parts) });
  key = await registerSignatureKey(harness.database);
  other = await registerSignatureKey(harness.database, AGENT_DESK);
  token = await harness.token();
  body = Buffer.from(JSON.stringify({ purpose: 'open-a-shop', query: { residentId: harness.resident.residentId } }));
});
afterAll(async () => await harness.close());

// Good for this very exchange, too: but it is not the one that was signed.
const FOR_IDENTITY = {
  authorization_details: JSON.stringify([
    { type: 'data_sharing', contract: 'public-security.resident-identity.v1', purpose: 'open-a-shop' },
  ]),
};
const invalid = { code: 'signature.invalid', stages: [] } as const;
const ofAnotherBody = { code: 'signature.invalid', stages: STAGES.slice(0, STAGES.indexOf('authorize')) } as const;

type Changes = Partial<Signing> & { readonly by?: SystemKey };

function signed({ by = key, ...changes }: Changes = {}): SignedHeaders {
  return signRequest(by, { origin: harness.gateway.urls.exchange, token, body, ...changes });
}

type Headers = Readonly<Record<string, string | string[]>>;

/** As it was signed, or with other headers or another body than were. */
async function sendSigned(
  headers: Headers,
  sent: { body?: Uint8Array; path?: string; to?: Harness } = {},
): Promise<Reply> {
  return await (sent.to ?? harness).call({
    token: null,
    path: sent.path ?? IDENTITY,
    body: sent.body ?? body,
    headers,
  });
}

async function expectInvalid(headers: Headers, path = IDENTITY): Promise<void> {
  const reply = await sendSigned(headers, { path });
  await expectEntered(harness, reply, invalid);
  // Whoever forges learns nothing of how far it came.
  expect(reply.problem().errors).toBeUndefined();
}

const seconds = (hence: number): string => String(Math.floor(Date.now() / 1000) + hence);
const signedFrom = (created: number, expires: number): Changes => ({
  parameters: (plain) => ({ ...plain, created: seconds(created), expires: seconds(expires) }),
});
const COVERED = ['@method', '@authority', '@path', 'authorization', 'content-type', 'content-digest', 'request-id'];
const PARAMETERS = ['created', 'expires', 'nonce', 'keyid', 'alg', 'tag'];

describe('a request of a system that has to sign', () => {
  it.for(['Ed25519', 'P-256'] as const)(
    'is answered if it is signed with %s, and its entry says by which key',
    async (kind) => {
      const by = await registerSignatureKey(harness.database, undefined, kind);
      // What is remembered of the register is a second old at most.
      const reply = await vi.waitFor(async () => {
        const reply = await sendSigned(signed({ by }));
        expect(reply.status).toBe(200);
        return reply;
      }, 3000);
      expect(await reply.open()).toHaveProperty('data');
      const [entry] = (await harness.entries()).slice(-1);
      expect(entry).toMatchObject({ outcome: 'released', signedBy: by.kid });
    },
  );

  it('is refused if it is not signed, and is told to sign; a digest alone is no signature', async () => {
    const { 'signature-input': _, signature: __, ...unsigned } = signed();
    const reply = await sendSigned(unsigned);
    const entry = await expectEntered(harness, reply, { code: 'signature.missing', stages: [] });
    expect(entry).not.toHaveProperty('signedBy');
  });

  it('may be signed with components and parameters in another order, and under another label', async () => {
    const headers = signed({
      covered: (names) => names.toReversed(),
      parameters: (plain) => Object.entries(plain).toReversed(),
    });
    const [input, signature] = [headers['signature-input'], headers.signature].map((it) => it.replace('sig=', 'k-1='));
    expect((await sendSigned({ ...headers, 'signature-input': input ?? '', signature: signature ?? '' })).status).toBe(
      200,
    );
  });

  it('that is refused uses up no request id and no nonce', async () => {
    const headers = signed();
    await expectInvalid({ ...headers, signature: signed().signature });
    expect((await sendSigned(headers)).status).toBe(200);
  });
});

describe('what is covered', () => {
  it.for(COVERED)('is all that has to be: without %s it is refused', async (left) => {
    await expectInvalid(signed({ covered: (names) => names.filter((name) => name !== left) }));
  });

  it.for(COVERED)('is what came: a signature over another %s is refused', async (name) => {
    await expectInvalid(signed({ values: { [name]: 'POST2' } }));
  });

  it.for<[string, (headers: SignedHeaders) => Promise<Headers>]>([
    ['request id', async (headers) => ({ ...headers, 'request-id': randomUUID() })],
    ['content type', async (headers) => ({ ...headers, 'content-type': 'application/json; charset=utf-8' })],
    [
      'digest',
      async (headers) => ({
        ...headers,
        'content-digest': headers['content-digest']?.replace(/.{3}=:$/, 'AAA=:') ?? '',
      }),
    ],
    [
      'token',
      async (headers) => ({
        ...headers,
        authorization: `Bearer ${await harness.token({ parameters: FOR_IDENTITY })}`,
      }),
    ],
  ])('cannot be changed on the way: another %s is refused', async ([, change]) => {
    const headers = signed();
    const changed = await change(headers);
    expect(changed).not.toEqual(headers);
    await expectInvalid(changed);
  });

  it('is for one address: a request for another contract is refused', async () => {
    const path = '/exchange/taxation/tax-standing/v1';
    await expectInvalid(signed({ path }));
    await expectInvalid(signed(), path);
  });

  it('is one body: another one is refused, also if only its spaces are others, before anything of it is read', async () => {
    const asked = harness.source.asked.length;
    for (const sent of [Buffer.from(`${String(body)} `), Buffer.from('not JSON'), Buffer.alloc(0)]) {
      const entry = await expectEntered(harness, await sendSigned(signed(), { body: sent }), ofAnotherBody);
      expect(entry).toMatchObject({ signedBy: key.kid });
    }
    expect(harness.source.asked).toHaveLength(asked);
  });

  it('is Accept where it is sent, which decides the form of the answer', async () => {
    const accepting = { headers: { accept: 'application/jose' } };
    expect((await sendSigned(signed(accepting))).status).toBe(200);
    await expectInvalid(signed({ ...accepting, covered: (names) => names.filter((name) => name !== 'accept') }));
    await expectInvalid({ ...signed(), accept: 'application/json' });
    await expectInvalid({ ...signed(accepting), accept: 'application/json' });
  });

  it('is the query of the address where there is one', async () => {
    const path = `${IDENTITY}?a=b?c`;
    const withQuery = (names: readonly string[]): readonly string[] => [...names, '@query'];
    await expectInvalid(signed({ path }), path);
    expect((await sendSigned(signed({ path, covered: withQuery }), { path })).status).toBe(200);
    expect((await sendSigned(signed({ covered: withQuery }))).status).toBe(200);
    await expectInvalid(signed({ path, covered: withQuery }), `${IDENTITY}?a=b`);
  });

  it('may be more, if it was sent once', async () => {
    const more = { headers: { date: new Date().toUTCString() } };
    expect((await sendSigned(signed(more))).status).toBe(200);
    await expectInvalid({ ...signed(more), date: 'x' });
    const twice = signed({ headers: { 'x-more': 'a, b' } });
    await expectInvalid({ ...twice, 'x-more': ['a', 'b'] });
  });

  it.for([
    'date',
    '@status',
    '@target-uri',
    'constructor',
    '@signature-params',
    '"content-type";sf',
    '"authorization";bs',
    '"@method";req',
    'Content-Type',
  ])('is nothing that was not sent or is not known: with %s it is refused', async (name) => {
    const values = { [name]: 'POST' };
    await expectInvalid(signed({ covered: (names) => [...names, name], values }));
  });

  it('is nothing twice', async () => {
    await expectInvalid(signed({ covered: (names) => [...names, 'content-type'] }));
  });
});

describe('the digest', () => {
  const of = (name: string, algorithm: string): string =>
    `${name}=:${createHash(algorithm).update(body).digest('base64')}:`;
  it.for<[string, () => string]>([
    ['by md5 only', () => of('md5', 'md5')],
    ['by sha-512 only', () => of('sha-512', 'sha512')],
    ['by sha-256 and another', () => `${of('sha-256', 'sha256')}, ${of('sha-512', 'sha512')}`],
    ['with a parameter', () => `${of('sha-256', 'sha256')};a`],
    ['as a text', () => of('sha-256', 'sha256').replaceAll(':', '"')],
    ['that is empty', () => 'sha-256=::'],
  ])('%s is refused', async ([, made]) => {
    await expectInvalid(signed({ headers: { 'content-digest': made() } }));
  });

  it('in two lines is refused, also if they are the same', async () => {
    const headers = signed();
    await expectInvalid({ ...headers, 'content-digest': Array<string>(2).fill(headers['content-digest'] ?? '') });
  });

  it('of another body is refused once the body is there', async () => {
    const digest = `sha-256=:${createHash('sha256').update('other').digest('base64')}:`;
    const reply = await sendSigned(signed({ headers: { 'content-digest': digest } }));
    await expectEntered(harness, reply, ofAnotherBody);
  });
});

describe('the parameters', () => {
  it.for(PARAMETERS)('are all there: without %s it is refused', async (left) => {
    await expectInvalid(signed({ parameters: (plain) => Object.entries(plain).filter(([name]) => name !== left) }));
  });

  it.for(PARAMETERS)('are there once: with a second %s it is refused, whichever would count', async (name) => {
    await expectInvalid(signed({ parameters: (plain) => [...Object.entries(plain), [name, plain[name] ?? '']] }));
  });

  it('are known: one more is refused', async () => {
    for (const value of ['1', '"a"', '?1'])
      await expectInvalid(signed({ parameters: (plain) => ({ ...plain, context: value }) }));
  });

  it.for<[string, string]>([
    ['created', '"1790000000"'],
    ['created', '1790000000.5'],
    ['created', '01790000000'],
    ['created', '99999999999999999999'],
    ['expires', ':AAAA:'],
    ['nonce', '1234567890123456'],
    ['nonce', '"short"'],
    ['nonce', `"${'n'.repeat(129)}"`],
    ['nonce', '"with a space in it"'],
    ['keyid', 'token'],
    ['keyid', '"../../../dev/null"'],
    ['alg', '"hmac-sha256"'],
    ['alg', '"rsa-pss-sha512"'],
    ['alg', '"ecdsa-p256-sha256"'],
    ['alg', '"EdDSA"'],
    ['alg', 'ed25519'],
    ['tag', '"shuqiao-source"'],
    ['tag', '"SHUQIAO-REQUEST"'],
  ])('are of their form and what they have to be: %s=%s is refused', async ([name, value]) => {
    await expectInvalid(signed({ parameters: (plain) => ({ ...plain, [name]: value }) }));
  });

  it.for<[string, Changes]>([
    ['that has expired', signedFrom(-120, -31)],
    ['that is made in the future', signedFrom(45, 60)],
    ['that is good for longer than five minutes', signedFrom(0, 301)],
    ['that ends before it begins', signedFrom(0, -1)],
    ['that ends as it begins', signedFrom(0, 0)],
  ])('say when: a signature %s is refused', async ([, changes]) => {
    await expectInvalid(signed(changes));
  });

  it('say when, as far as clocks agree: half a minute is forgiven', async () => {
    for (const changes of [signedFrom(-60, -20), signedFrom(20, 60), signedFrom(0, 300)])
      expect((await sendSigned(signed(changes))).status).toBe(200);
  });
});

describe('the key', () => {
  it('of another system is refused, whatever it says', async () => {
    await expectInvalid(signed({ by: other }));
    await expectInvalid(signed({ by: { ...other, kid: key.kid } }));
    await expectInvalid(signed({ by: { ...key, kid: other.kid } }));
  });

  it('that nobody registered is refused, also one of the other kind', async () => {
    for (const kind of ['Ed25519', 'P-256'] as const)
      await expectInvalid(signed({ by: { kid: key.kid, privateJwk: keyPair(kind).privateJwk } }));
  });

  it('that is withdrawn is refused within a second', async () => {
    const gone = await registerSignatureKey(harness.database);
    await vi.waitFor(async () => expect((await sendSigned(signed({ by: gone }))).status).toBe(200), 3000);
    expect(await keyRegister(harness.database.databases.control).withdraw(REGISTRATION, gone.kid)).toBe(true);
    const since = Date.now();
    await vi.waitFor(async () => expectProblem(await sendSigned(signed({ by: gone })), 'signature.invalid'), 3000);
    expect(Date.now() - since).toBeLessThan(2000);
  });

  it('to which answers are sealed signs nothing', async () => {
    const keys = await keyRegister(harness.database.databases.control).list(REGISTRATION);
    const sealing = keys.find(({ use }) => use === 'enc');
    expect(sealing).toBeDefined();
    await expectInvalid(signed({ parameters: (plain) => ({ ...plain, keyid: `"${sealing?.kid}"` }) }));
  });
});

describe('the fields of a signature', () => {
  it.for<[string, (headers: SignedHeaders) => Headers]>([
    ['a signature without what it is over', ({ 'signature-input': _, ...headers }) => headers],
    ['what is signed without the signature', ({ signature: _, ...headers }) => headers],
    ['two signatures in one line', (headers) => ({ ...headers, ...twice(headers, ', ') })],
    [
      'the same signature in two lines',
      (headers) => ({ ...headers, 'signature-input': Array<string>(2).fill(headers['signature-input']) }),
    ],
    ['two signatures for one input', (headers) => ({ ...headers, signature: [headers.signature, headers.signature] })],
    ['two labels that differ', (headers) => ({ ...headers, signature: headers.signature.replace('sig=', 'sig2=') })],
    ['empty fields', (headers) => ({ ...headers, signature: '', 'signature-input': '' })],
    ['a signature that is cut off', (headers) => ({ ...headers, signature: headers.signature.replace(/.{4}:$/, ':') })],
    ['a signature in base64url', (headers) => ({ ...headers, signature: headers.signature.replace(/:.{2}/, ':-_') })],
    ['bits left over in base64', (headers) => ({ ...headers, signature: headers.signature.replace(/.==:$/, 'B==:') })],
    [
      'a signature that is none',
      (headers) => ({ ...headers, signature: `sig=:${Buffer.alloc(64).toString('base64')}:` }),
    ],
    ['something after the signature', (headers) => ({ ...headers, signature: `${headers.signature};a` })],
    ['something after the input', (headers) => ({ ...headers, 'signature-input': `${headers['signature-input']} x` })],
  ])('are refused with %s', async ([, change]) => {
    await expectInvalid(change(signed()));
  });

  it('are refused if they are larger than any by the profile, although they would verify', async () => {
    const large = { headers: Object.fromEntries(Array.from({ length: 200 }, (_, index) => [`x-more-${index}`, 'a'])) };
    const headers = signed(large);
    expect(headers['signature-input'].length).toBeGreaterThan(2048);
    await expectInvalid(headers);
    await expectInvalid({ ...signed(), signature: `sig=:${'A'.repeat(4096)}:` });
  });

  it('are refused if they are written as no serializer does, although they would verify', async () => {
    await expectInvalid(signed({ space: '  ' }));
    await expectInvalid(
      signed({ parameters: (plain) => Object.entries(plain).map(([name, value]) => [` ${name}`, value] as const) }),
    );
  });
});

describe('a nonce', () => {
  const withNonce = (nonce: string): Changes => ({ parameters: (plain) => ({ ...plain, nonce: `"${nonce}"` }) });

  it('is good once, although the request is signed anew, and in no other gateway either', async () => {
    const second = await startHarness({
      database: async () => ({ ...harness.database, close: async () => {} }),
      parts: (parts) => requiringSignatures(parts),
    });
    onTestFinished(second.close);
    const nonce = randomUUID();
    expect((await sendSigned(signed(withNonce(nonce)))).status).toBe(200);
    await expectInvalid(signed(withNonce(nonce)));
    const { origin } = new URL(second.gateway.urls.exchange);
    const there = { origin, token: await second.token() };
    await expectEntered(second, await sendSigned(signed({ ...withNonce(nonce), ...there }), { to: second }), invalid);
    expect((await sendSigned(signed({ ...withNonce(randomUUID()), ...there }), { to: second })).status).toBe(200);
  });

  it('raced twenty times is good once', async () => {
    const nonce = randomUUID();
    const replies = await Promise.all(
      Array.from({ length: 20 }, async () => await sendSigned(signed(withNonce(nonce)))),
    );
    expect(replies.filter(({ status }) => status === 200)).toHaveLength(1);
    expect(replies.filter(({ status }) => status === 401)).toHaveLength(19);
  });

  it("of one system is not another's", async () => {
    const nonce = randomUUID();
    expect((await sendSigned(signed(withNonce(nonce)))).status).toBe(200);
    const theirs = await harness.token({ system: AGENT_DESK });
    const headers = signed({ ...withNonce(nonce), by: other, token: theirs });
    expectProblem(await harness.call({ token: null, system: AGENT_DESK, body, headers }), 'grant.missing');
  });

  it('is not even looked at in a request that is sent again as it was: its id is used', async () => {
    const headers = signed();
    expect((await sendSigned(headers)).status).toBe(200);
    await expectEntered(harness, await sendSigned(headers), { code: 'repeat.answered', stages: [] });
  });
});

describe('a request of a system that does not have to sign', () => {
  let free: Harness;
  beforeAll(async () => {
    free = await startHarness({ database: async () => ({ ...harness.database, close: async () => {} }) });
  });
  afterAll(async () => await free.close());
  const here = async (): Promise<Changes> => ({ origin: free.gateway.urls.exchange, token: await free.token() });

  it('is answered as ever, with a digest of something else too', async () => {
    for (const headers of [{}, { 'Content-Digest': 'md5=:AAAA:' }]) {
      expect((await free.call({ headers })).status).toBe(200);
      expect((await free.entries()).at(-1)).not.toHaveProperty('signedBy');
    }
  });

  it('is entered as signed if it is, and refused if the signature is no good', async () => {
    const headers = signed(await here());
    expect((await sendSigned({ ...headers }, { to: free })).status).toBe(200);
    expect((await free.entries()).at(-1)).toMatchObject({ signedBy: key.kid });
    const wrong = signed({ ...(await here()), values: { '@method': 'GET' } });
    await expectEntered(free, await sendSigned(wrong, { to: free }), invalid);
    const changed = await sendSigned(signed(await here()), { to: free, body: Buffer.from('{}') });
    await expectEntered(free, changed, ofAnotherBody);
  });
});

it('policies/systems.json says who has to sign', async () => {
  const root = copyOf(set('policies/systems.json', '/systems/0/requestSignature', 'required'));
  const gateway = await startHarness({ environment: { SHUQIAO_POLICIES_DIR: join(root, 'policies') } });
  onTestFinished(gateway.close);
  expectProblem(await gateway.call(), 'signature.missing');
  expectProblem(await gateway.call({ system: AGENT_DESK }), 'grant.missing');
});

it('a signature and a nonce are in no log, metric or entry', async () => {
  const headers = signed();
  expect((await sendSigned(headers)).status).toBe(200);
  const nonce = /nonce="([^"]+)"/.exec(headers['signature-input'])?.[1] ?? headers.signature;
  expectNoneOf(await kept(harness), [nonce, headers.signature.slice(5, -1), headers['content-digest'] ?? '']);
});

function twice(headers: SignedHeaders, separator: string): Headers {
  const second = (value: string): string => [value, value.replace('sig=', 'sig2=')].join(separator);
  return { 'signature-input': second(headers['signature-input']), signature: second(headers.signature) };
}
