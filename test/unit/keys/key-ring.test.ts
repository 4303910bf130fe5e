import { createPublicKey, randomBytes, verify } from 'node:crypto';
import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { FaultsError } from '../../../src/domain/fault.ts';
import type { KeyUse, SigningAlgorithm } from '../../../src/domain/key-ring.ts';
import { joinRing } from '../../../src/keys/join-ring.ts';
import { softwareCustody } from '../../../src/keys/key-custody.ts';
import { openKeyRing } from '../../../src/keys/key-ring.ts';
import { softwareWrapper } from '../../../src/keys/key-wrapper.ts';
import { heldInMemory } from '../../support/held-in-memory.ts';
import { keyPair } from '../../support/keys.ts';

const MINUTE = 60_000;
const SCOPE = { provider: 'public-security', consumer: 'taxation', purpose: 'tests' };

function makeRing(key: Uint8Array = randomBytes(32)) {
  const held = heldInMemory();
  const custody = softwareCustody(softwareWrapper(key));
  const clock = { time: 1_000_000, now: () => clock.time };
  const ring = openKeyRing({ held, custody, clock });
  const join = async (use: KeyUse, { alg, after = 0, fromEpoch }: Joining = {}) => {
    const made = await custody.generate(use, alg);
    const from = clock.time + after;
    await joinRing(held, made, { from, until: from + 10 * MINUTE, ...(fromEpoch === undefined ? {} : { fromEpoch }) });
    return made;
  };
  return { held, custody, clock, ring, join };
}

interface Joining {
  readonly alg?: SigningAlgorithm;
  readonly after?: number;
  readonly fromEpoch?: number;
}

describe('the key ring', () => {
  it.each(['ES256', 'Ed25519'] as const)(
    'signs with %s as a JWS has it, and the published key verifies',
    async (alg) => {
      const { ring, join } = makeRing();
      const { kid } = await join('answer', { alg });
      const signer = await ring.signer('answer');
      const data = Buffer.from('data');
      const signature = await signer.sign(data);
      expect([signer.kid, signer.alg, signature.length]).toEqual([kid, alg, 64]);
      const [published] = await ring.published('answer');
      expect(published).toMatchObject({ kid, alg, use: 'sig' });
      const key = createPublicKey({ key: { ...signer.publicJwk }, format: 'jwk' });
      const holds =
        alg === 'ES256'
          ? verify('sha256', data, { key, dsaEncoding: 'ieee-p1363' }, signature)
          : verify(null, data, key, signature);
      expect(holds).toBe(true);
    },
  );

  it('publishes the next key before it signs, and the one before it until it has expired', async () => {
    const { ring, join, clock } = makeRing();
    const first = await join('answer');
    const second = await join('answer', { after: 5 * MINUTE });
    const state = async () => ({
      signs: (await ring.signer('answer')).kid,
      published: (await ring.published()).map(({ kid }) => kid).sort(),
    });
    const both = [first.kid, second.kid].sort();
    expect(await state()).toEqual({ signs: first.kid, published: both });
    clock.time += 5 * MINUTE - 1;
    expect(await state()).toEqual({ signs: first.kid, published: both });
    clock.time += 1;
    expect(await state()).toEqual({ signs: second.kid, published: both });
    clock.time += 10 * MINUTE;
    expect(await state()).toEqual({ signs: second.kid, published: [second.kid] });
  });

  it('never signs with a key of another use', async () => {
    const { ring, join } = makeRing();
    await join('token');
    await expect(ring.signer('answer')).rejects.toThrow('the key ring has no key in force for answer');
    expect(await ring.published('answer')).toEqual([]);
  });

  it('gives every epoch its secret: what an old one made stays what it is', async () => {
    const { ring, join } = makeRing();
    await join('treatment', { fromEpoch: 1 });
    const derived = async (epoch: number) => {
      await ring.refresh();
      return Buffer.from(ring.treatmentKeys()?.for(SCOPE).derive('use', 32, epoch) ?? []).toString('hex');
    };
    const before = [await derived(1), await derived(2), await derived(3)];
    expect(before[1]).toBe(before[0]);
    await join('treatment', { fromEpoch: 3 });
    expect([await derived(1), await derived(2)]).toEqual(before.slice(0, 2));
    expect(await derived(3)).not.toBe(before[2]);
  });

  it('has nothing that says what a private key is, wherever it is looked at', async () => {
    const { held, custody, ring } = makeRing();
    const { privateJwk } = keyPair('P-256');
    const secret = randomBytes(32);
    const times = { from: 0, until: 1 };
    await joinRing(held, await custody.adoptSigningKey('answer', privateJwk), times);
    await joinRing(held, await custody.adoptSecret('treatment', secret), { ...times, fromEpoch: 1 });
    await joinRing(held, await custody.adoptSecret('ledger', secret), times);
    await ring.start();
    const signer = await ring.signer('answer');
    const seen = [ring, signer, custody, await held.all(), await ring.published(), ring.treatmentKeys()]
      .map((value) => inspect(value, { depth: 9, showHidden: true, maxArrayLength: null }) + JSON.stringify(value))
      .join();
    const d = Buffer.from(String(privateJwk.d), 'base64url');
    for (const bytes of [d, secret])
      for (const text of [bytes.toString('hex'), bytes.toString('base64url'), [...bytes].join(', '), [...bytes].join()])
        expect(seen).not.toContain(text);
    for (const key of await held.all())
      expect(Buffer.from(key.sealed).includes(d) || Buffer.from(key.sealed).includes(secret)).toBe(false);
  });

  it('says at start everything that is missing or cannot be decrypted, and nothing of a key', async () => {
    const { ring } = makeRing();
    const fault = await ring.start().catch((error: unknown) => error);
    expect(fault).toBeInstanceOf(FaultsError);
    expect(String(fault)).toMatch(/no key in force for answer[^]*no key in force for ledger/);
  });
});

describe('a key that is encrypted', () => {
  it('is decrypted by no other key-encryption key', async () => {
    const { held, join, clock } = makeRing();
    await join('answer');
    const other = softwareCustody(softwareWrapper(randomBytes(32)));
    const ring = openKeyRing({ held, custody: other, clock });
    await expect(ring.signer('answer')).rejects.toThrow(/is encrypted under another key-encryption key/);
  });

  it.each(['sealed', 'dataKey'] as const)('is refused with one byte of %s changed, or too short', async (member) => {
    const { held, join, custody } = makeRing();
    await join('answer');
    const [key] = await held.all();
    if (key === undefined) throw new Error('nothing is held');
    for (const at of [0, 12, key[member].length - 1]) {
      const changed = Uint8Array.from(key[member], (byte, index) => (index === at ? byte ^ 1 : byte));
      await expect(custody.signer({ ...key, [member]: changed })).rejects.toThrow(/cannot be decrypted/);
    }
    await expect(custody.signer({ ...key, [member]: key[member].subarray(0, 20) })).rejects.toThrow(
      /cannot be decrypted/,
    );
  });

  it('is not taken under the name of another, nor for another use', async () => {
    const { held, join, custody } = makeRing();
    const one = await join('answer');
    const other = await join('token');
    const [key] = await held.all();
    if (key === undefined) throw new Error('nothing is held');
    await expect(custody.signer({ ...key, kid: other.kid })).rejects.toThrow(/cannot be decrypted/);
    await expect(custody.signer({ ...key, use: 'token' })).rejects.toThrow(/cannot be decrypted/);
    expect(key.kid).toBe(one.kid);
  });

  it('is rewrapped without being changed, while both key-encryption keys are there', async () => {
    const [old, next] = [randomBytes(32), randomBytes(32)];
    const { held, join, clock } = makeRing(old);
    const { kid } = await join('answer');
    const both = softwareCustody(softwareWrapper(next), [softwareWrapper(old)]);
    for (const key of await held.all()) {
      const wrapped = await both.rewrap(key);
      if (wrapped === undefined) throw new Error('it was rewrapped before');
      expect(await held.rewrap(key, wrapped)).toBe(true);
    }
    for (const key of await held.all()) expect(await both.rewrap(key)).toBeUndefined();
    const ring = openKeyRing({ held, custody: softwareCustody(softwareWrapper(next)), clock });
    expect((await ring.signer('answer')).kid).toBe(kid);
  });

  it('is adopted by what its private half is, not by the public half that stands beside it', async () => {
    const { custody } = makeRing();
    const [one, other] = [keyPair('Ed25519'), keyPair('Ed25519')];
    const mixed = { ...one.privateJwk, ...(other.publicJwk.x === undefined ? {} : { x: other.publicJwk.x }) };
    const adopted = await custody.adoptSigningKey('answer', mixed).catch(() => undefined);
    expect([undefined, one.publicJwk.x]).toContain(adopted?.publicJwk?.x);
  });
});
