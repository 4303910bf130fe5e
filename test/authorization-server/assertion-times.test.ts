import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { askTokenWith, type Harness, REGISTRATION, startHarness } from '../support/harness.ts';
import { registerSignatureKey, type SystemKey, signed } from '../support/tokens.ts';

let harness: Harness;
let key: SystemKey;
let ahead = 0;
const now = (): number => Date.now() + ahead;
beforeAll(async () => {
  harness = await startHarness({ parts: () => ({ clock: { now } }) });
  key = await registerSignatureKey(harness.database);
});
afterAll(async () => await harness.close());

/** @param ends seconds from now, by the clock of the gateway */
function assertion(ends: number): string {
  const seconds = Math.floor(now() / 1000);
  const claims = { iss: REGISTRATION, sub: REGISTRATION, aud: 'https://localhost', jti: randomUUID() };
  return signed({ alg: 'Ed25519', kid: key.kid }, JSON.stringify({ ...claims, exp: seconds + ends }), key.privateJwk);
}

const present = async (text: string): Promise<number> => {
  const form = {
    grant_type: 'client_credentials',
    client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
    client_assertion: text,
  };
  return (await askTokenWith(harness.gateway.urls.exchange, new URLSearchParams(form).toString())).status ?? 0;
};

it('an assertion is judged by the clock of the gateway', async () => {
  ahead = 0;
  const early = assertion(60);
  ahead = 3_600_000;
  expect([await present(early), await present(assertion(60)), await present(assertion(400))]).toEqual([401, 200, 401]);
  ahead = 0;
});

it.each([0, -25_000])(
  'one that has just expired is still taken, and once only, with the database %i ms ahead',
  async (behind) => {
    ahead = behind;
    const text = assertion(-20);
    expect([await present(text), await present(assertion(-20)), await present(text)]).toEqual([200, 200, 401]);
    expect(await present(assertion(-31))).toBe(401);
    ahead = 0;
  },
);
