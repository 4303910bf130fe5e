import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { clientOf, thrown } from '../support/client.ts';
import { type Harness, REGISTRATION, startHarness } from '../support/harness.ts';
import { keyPair } from '../support/keys.ts';
import { requiringSignatures } from '../support/sign-request.ts';
import { registerSignatureKey, type SystemKey } from '../support/tokens.ts';

const KINDS = ['Ed25519', 'P-256'] as const;
let harness: Harness;
const keys = new Map<string, SystemKey>();
beforeAll(async () => {
  harness = await startHarness({ parts: (parts) => requiringSignatures(parts) });
  // Before any request, since what is registered is remembered for half a second.
  for (const kind of KINDS) keys.set(kind, await registerSignatureKey(harness.database, REGISTRATION, kind));
});
afterAll(async () => await harness.close());

const asking = () => ({
  contract: 'public-security.resident-identity.v1',
  purpose: 'open-a-shop',
  query: { residentId: harness.resident.residentId, name: harness.resident.name },
});

describe('a system that has to sign its requests', () => {
  it.each(KINDS)('does so with a registered key on %s, each anew', async (kind) => {
    const { kid, privateJwk = {} } = keys.get(kind) ?? {};
    const client = clientOf(harness.gateway.urls.exchange, { requestKey: privateJwk });
    for (const _call of [1, 2]) {
      expect((await client.exchange(asking())).data).toMatchObject({ nameMatches: true });
      expect((await harness.entries()).at(-1)).toMatchObject({ outcome: 'released', signedBy: kid });
    }
  });

  it('is refused without a key for it, and with one that is not registered', async () => {
    const { privateJwk } = keyPair('Ed25519');
    const origin = harness.gateway.urls.exchange;
    expect(await thrown(clientOf(origin).exchange(asking()))).toMatchObject({ code: 'signature.missing' });
    expect(await thrown(clientOf(origin, { requestKey: privateJwk }).exchange(asking()))).toMatchObject({
      code: 'signature.invalid',
    });
  });

  it('sends nothing if it was given a key that requests are not signed with', async () => {
    const before = (await harness.entries()).length;
    const client = clientOf(harness.gateway.urls.exchange, { requestKey: keyPair('RSA-2048').privateJwk });
    expect(await thrown(client.exchange(asking()))).toBeInstanceOf(TypeError);
    expect(await harness.entries()).toHaveLength(before);
  });
});
