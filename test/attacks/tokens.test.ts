import { CompactEncrypt, importJWK } from 'jose';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import type { JsonObject } from '../../src/domain/json.ts';
import type { Snapshot } from '../../src/domain/snapshot.ts';
import { joinRing } from '../../src/keys/join-ring.ts';
import { heldKeysWriter } from '../../src/store/held-keys.ts';
import { freeze } from '../support/freezes.ts';
import { askToken, askTokenWith, getToken, type Harness, REGISTRATION, startHarness } from '../support/harness.ts';
import { hearProcess } from '../support/hear-process.ts';
import { testCustody } from '../support/key-ring.ts';
import { expectEntered, expectNoneOf, expectProblem, kept } from '../support/problems.ts';
import { partsOf, resigned } from '../support/tokens.ts';

let harness: Harness;
let systems: Snapshot['systems'];
let ahead = 0;
let good: string;
beforeAll(async () => {
  harness = await startHarness({
    environment: { SHUQIAO_TOKEN_TTL_SECONDS: '300' },
    parts: ({ snapshot }) => {
      systems = snapshot.systems;
      return {
        clock: { now: () => Date.now() + ahead },
        snapshot: {
          ...snapshot,
          get systems() {
            return systems;
          },
        },
      };
    },
  });
  good = await harness.token();
});
afterAll(async () => await harness.close());

const invalid = { code: 'token.invalid', stages: [] } as const;
const changed = async (claims: JsonObject, header: JsonObject = {}): Promise<string> =>
  await resigned(good, harness.keyRing, { claims, header });

async function expectInvalid(token: string): Promise<void> {
  const asked = harness.source.asked.length;
  await expectEntered(harness, await harness.call({ token }), invalid);
  expect(harness.source.asked).toHaveLength(asked);
}

/** The clock of the gateway stands still, so much after it was. */
function stopClock(at: number): void {
  const real = Date.now;
  Date.now = () => at;
  onTestFinished(() => {
    Date.now = real;
    ahead = 0;
  });
}

describe('a token in another wrapping', () => {
  it('signed twice is refused', async () => {
    const signer = await harness.keyRing.signer('token');
    const header = { alg: signer.alg, kid: signer.kid, typ: 'at+jwt', cty: 'JWT' };
    const input = `${Buffer.from(JSON.stringify(header)).toString('base64url')}.${Buffer.from(good).toString('base64url')}`;
    const signature = Buffer.from(await signer.sign(Buffer.from(input))).toString('base64url');
    await expectInvalid(`${input}.${signature}`);
  });

  it('encrypted to the key that signs it, compressed or not, is refused and not inflated', async () => {
    const [published] = await harness.keyRing.published('token');
    const key = await importJWK({ ...published }, 'ECDH-ES');
    const header = { alg: 'ECDH-ES', enc: 'A256GCM', kid: published?.kid ?? '', typ: 'at+jwt', cty: 'JWT' };
    const jwe = await new CompactEncrypt(Buffer.from(good)).setProtectedHeader(header).encrypt(key);
    await expectInvalid(jwe);
    const [, ...rest] = jwe.split('.');
    const bomb = Buffer.from(JSON.stringify({ ...header, zip: 'DEF' })).toString('base64url');
    await expectInvalid([bomb, ...rest].join('.'));
  });

  it('as JSON, or with an empty or a fourth part, is refused', async () => {
    const [header = '', payload = '', signature = ''] = good.split('.');
    for (const sent of [
      JSON.stringify({ payload, signatures: [{ protected: header, signature }] }),
      `${good}.`,
      `.${good}`,
      `${good}.${signature}`,
      `${header}..${signature}`,
      `${header}.${payload}.`,
    ])
      await expectInvalid(sent);
  });

  it('with an id that is longer than any is refused, and the id kept nowhere', async () => {
    const id = 'x'.repeat(129);
    for (const jti of [id, id.repeat(20)]) await expectInvalid(await changed({ jti }));
    expectNoneOf(await kept(harness), [id]);
  });
});

describe('the clock', () => {
  it('of an issuer may be thirty seconds ahead of ours, and not one more', async () => {
    stopClock(Date.now());
    const now = Math.floor(Date.now() / 1000);
    for (const claim of [(at: number) => ({ iat: at, exp: at + 60 }), (nbf: number) => ({ nbf })]) {
      expect((await harness.call({ token: await changed(claim(now + 30)) })).status).toBe(200);
      await expectInvalid(await changed(claim(now + 31)));
    }
  });

  it('may be thirty seconds past the end of a token, less one millisecond, also of one that is remembered', async () => {
    const token = await changed({ jti: 'a-token-until-the-end' });
    expect((await harness.call({ token })).status).toBe(200);
    const end = Number(partsOf(token)[1]['exp']) * 1000 + 30_000;
    stopClock(end - 1);
    expect((await harness.call({ token })).status).toBe(200);
    expect((await harness.call({ token: await changed({ jti: 'another-until-the-end' }) })).status).toBe(200);
    ahead = 1;
    await expectInvalid(token);
    await expectInvalid(await changed({ jti: 'a-third-until-the-end' }));
  });
});

describe('a token that was good', () => {
  it('is worth nothing from the moment that its system is registered no more', async () => {
    const before = systems;
    expect((await harness.call({ token: good })).status).toBe(200);
    systems = new Map([...before].filter(([id]) => id !== REGISTRATION));
    onTestFinished(() => {
      systems = before;
    });
    await expectEntered(harness, await harness.call({ token: good }), { code: 'identity.unregistered', stages: [] });
  });

  it('is worth nothing from the moment that it is frozen, and the system gets another', async () => {
    const token = await getToken(harness.gateway.urls.exchange);
    expect((await harness.call({ token })).status).toBe(200);
    await freeze(harness.database, { kind: 'token', value: partsOf(token)[1]['jti'] as string });
    const entry = await expectEntered(harness, await harness.call({ token }), { code: 'identity.frozen', stages: [] });
    expect(entry['frozen']).toBe('token');
    expect((await harness.call({ token: await getToken(harness.gateway.urls.exchange) })).status).toBe(200);
  });

  it('for one need said twice is good for that one', async () => {
    const need = { type: 'data_sharing', contract: 'public-security.resident-identity.v1', purpose: 'open-a-shop' };
    const parameters = { authorization_details: JSON.stringify([need, need]) };
    expect((await harness.call({ token: await harness.token({ parameters }) })).status).toBe(200);
    const twice = new URLSearchParams([
      ['grant_type', 'client_credentials'],
      ['client_id', REGISTRATION],
      ['authorization_details', JSON.stringify([need])],
      ['authorization_details', JSON.stringify([need])],
    ]);
    expect((await askTokenWith(harness.gateway.urls.exchange, twice.toString())).status).toBe(400);
  });
});

describe('what goes wrong in the authorization server', () => {
  it('is printed by nobody: neither the library nor we write to the outputs of the process', async () => {
    const origin = harness.gateway.urls.exchange;
    const assertion = (text: string): string =>
      new URLSearchParams({
        grant_type: 'client_credentials',
        client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
        client_assertion: text,
      }).toString();
    const process = hearProcess();
    onTestFinished(process.stop);
    for (const form of [
      'grant_type=constructor',
      `grant_type=client_credentials&client_id=${REGISTRATION}&resource=http%3A%2F%2F%5B`,
      `grant_type=client_credentials&client_id=${REGISTRATION}&authorization_details=%5B%7B`,
      assertion('a.b.c'),
      assertion('x'.repeat(8000)),
      assertion(good),
    ])
      expect((await askTokenWith(origin, form)).status).toBeLessThan(500);
    await harness.database.tamper('revoke select (kind, value) on identity.freeze from shuqiao_exchange');
    const reply = await askToken(origin);
    await harness.database.tamper('grant select (kind, value) on identity.freeze to shuqiao_exchange');
    expectProblem(reply, 'ledger.unwritable');
    process.stop();
    expect(process.heard).toEqual([]);
  });
});

// Last: from here on another key signs.
describe('when the key that signs tokens is rotated', () => {
  it('the token endpoint follows, and what was signed before verifies as long as its key is published', async () => {
    const origin = harness.gateway.urls.exchange;
    const [before, unseen, late] = [
      await getToken(origin),
      await changed({ jti: 'never-presented-before' }),
      await changed({ jti: 'presented-when-it-is-late' }),
    ];
    const [{ kid: first }] = partsOf(before);
    const made = await testCustody().generate('token', 'Ed25519');
    const times = { from: Date.now() + 700, until: Date.now() + 4000 };
    expect(await joinRing(heldKeysWriter(harness.database.databases.control), made, times)).toEqual([first]);
    const kidNow = async () => partsOf(await getToken(origin))[0]['kid'];
    expect(await kidNow()).toBe(first);
    await expect.poll(kidNow, { timeout: 2000, interval: 50 }).toBe(made.kid);
    for (const token of [before, unseen, await getToken(origin)])
      expect((await harness.call({ token })).status).toBe(200);
    const published = async () => (await harness.keyRing.published('token')).map(({ kid }) => kid);
    await expect.poll(published, { timeout: 6000, interval: 50 }).toEqual([made.kid]);
    await expectInvalid(late);
  });
});
