import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { checkPublicJwk } from '../../src/keys/check-public-jwk.ts';
import { joinRing } from '../../src/keys/join-ring.ts';
import { type JWK, publicJwkOf } from '../../src/keys/jwk.ts';
import { heldKeysWriter } from '../../src/store/held-keys.ts';
import { keyRegister } from '../../src/store/registered-keys.ts';
import { clientOf, sealingKeyOf, thrown } from '../support/client.ts';
import { type Harness, REGISTRATION, startHarness } from '../support/harness.ts';
import { testCustody } from '../support/key-ring.ts';
import { keyPair } from '../support/keys.ts';
import { type Relay, startRelay } from '../support/relay.ts';

let harness: Harness;
let relay: Relay;
beforeAll(async () => {
  harness = await startHarness();
});
afterAll(async () => await harness.close());
beforeEach(async () => {
  relay = await startRelay(harness.gateway.urls.exchange);
  onTestFinished(relay.close);
});

const asking = () => ({
  contract: 'public-security.resident-identity.v1',
  purpose: 'open-a-shop',
  query: { residentId: harness.resident.residentId },
});
const keysAsked = (): number => relay.passed.filter(({ path }) => path === '/.well-known/jwks.json').length;
/** Longer than the gateway remembers keys. */
const aSecond = async (): Promise<void> => await new Promise((done) => setTimeout(done, 1100));

async function register(privateJwk: JWK): Promise<void> {
  const key = checkPublicJwk({ ...publicJwkOf(privateJwk) }, 'enc');
  const register = keyRegister(harness.database.databases.control);
  await register.register({ system: REGISTRATION, use: 'enc', ...key }, { from: undefined, until: undefined });
  await aSecond();
}

/** The keys that the tests before registered: the newest is sealed to. */
const rotated: JWK[] = [];

describe('a system that rotates its sealing key', () => {
  it.each(['P-256', 'RSA-2048'] as const)(
    'opens what is sealed to the new one (%s) and to the old one',
    async (kind) => {
      const next = keyPair(kind).privateJwk;
      const before = sealingKeyOf(REGISTRATION);
      const client = clientOf(relay.origin, { sealingKeys: [next, before, ...rotated] });
      let old: Buffer | undefined;
      relay.change({
        reply: (reply, { path }) => {
          if (path.startsWith('/exchange')) old = reply.body;
          return reply;
        },
      });
      await client.exchange(asking());
      const [header] = old?.toString().split('.') ?? [];
      await register(next);
      rotated.push(next);
      await client.exchange(asking());
      expect(old?.toString().split('.')[0]).not.toBe(header);
      const error = await thrown(
        clientOf(relay.origin, { sealingKeys: [before, ...rotated.slice(0, -1)] }).exchange(asking()),
      );
      expect(error).toMatchObject({ reason: 'sealing-key-unknown' });
    },
  );
});

describe('a gateway that rotates its signing key', () => {
  it('is believed once it published the new one, and asked for it no oftener than every half minute', async () => {
    let ahead = 0;
    const client = clientOf(relay.origin, {
      clock: { now: () => Date.now() + ahead },
      sealingKeys: [sealingKeyOf(REGISTRATION), ...rotated],
    });
    await client.exchange(asking());
    const custody = testCustody();
    const ring = heldKeysWriter(harness.database.databases.control);
    const now = Date.now();
    await joinRing(ring, await custody.generate('answer', 'Ed25519'), { from: now, until: now + 3_600_000 });
    await aSecond();
    for (const _ of [1, 2])
      expect(await thrown(client.exchange(asking()))).toMatchObject({ reason: 'signing-key-unknown' });
    expect(keysAsked()).toBe(1);
    ahead += 31_000;
    const { data } = await client.exchange(asking());
    expect(data).toMatchObject({ status: '正常' });
    expect(keysAsked()).toBe(2);
  });
});
