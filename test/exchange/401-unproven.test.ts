import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Harness, REGISTRATION, type Reply, startHarness } from '../support/harness.ts';
import { makeOtherCertificates } from '../support/other-certificates.ts';
import { canaries, expectEntered, expectNoneOf, kept } from '../support/problems.ts';

let harness: Harness;
beforeAll(async () => {
  harness = await startHarness();
});
afterAll(async () => await harness.close());

const unproven = { code: 'identity.unproven', stages: [] } as const;
const unregistered = { code: 'identity.unregistered', stages: [] } as const;

describe('a caller that is not proven', () => {
  it('without a certificate is refused, and the entry names nobody', async () => {
    const entry = await expectEntered(harness, await harness.call({ system: undefined }), unproven);
    expect(Object.keys(entry)).not.toContain('consumer');
    expect(Object.keys(entry)).not.toContain('certificate');
    expect(entry['reason']).toBe('no-certificate');
  });

  it('with the name of a registered system, but from an authority that only calls itself ours, is refused', async () => {
    const made = makeOtherCertificates('another', [{ id: REGISTRATION, department: 'market-regulation' }]);
    const reply = await harness.call({ certificate: made.system(REGISTRATION) }).catch((error: unknown) => error);
    // A wrong signature under a right name: what OpenSSL remembers of it may end the connection before Node has read the
    // request, which refuses it all the same.
    if (reply instanceof Error) expect(reply).toMatchObject({ code: 'ECONNRESET' });
    else expect(await expectEntered(harness, reply as Reply, unproven)).toMatchObject({ reason: 'unknown-authority' });
    expect(harness.source.asked).toEqual([]);
  });

  it('is told the same whether what it asks for exists or not', async () => {
    const replies = await Promise.all(
      ['/exchange/public-security/resident-identity/v1', '/exchange/no-such/thing/v9'].map(
        async (path) => await harness.call({ system: undefined, path }),
      ),
    );
    const [known, unknown] = replies.map((reply) => ({ ...reply.problem(), requestId: '', exchangeId: '' }));
    expect(known).toEqual(unknown);
    expect(known).toMatchObject({ code: 'identity.unproven' });
  });

  it('cannot use up the request ids of a system', async () => {
    const headers = { 'Request-Id': '0190a1b2-0000-7000-8000-000000000001' };
    await expectEntered(harness, await harness.call({ system: undefined, headers }), unproven);
    expect((await harness.call({ headers })).status).toBe(200);
  });
});

describe('a caller with a good certificate', () => {
  it.for([
    ['of a system that is not registered', 'market-regulation.gone', 'market-regulation'],
    ['of a registered system with another department', REGISTRATION, 'taxation'],
    ['of a name that objects have', 'constructor', 'market-regulation'],
  ])('%s is refused, and the entry has the certificate but no name', async ([, id = '', department = '']) => {
    const made = makeOtherCertificates('trusted', [{ id, department }]);
    const entry = await expectEntered(harness, await harness.call({ certificate: made.system(id) }), unregistered);
    expect(entry['certificate']).toMatch(/^[\w-]{43}$/);
    expect(Object.keys(entry)).not.toContain('consumer');
    expect(harness.source.asked).toHaveLength(1);
  });
});

it('a refused caller leaves nothing of its question anywhere', async () => {
  expectNoneOf(await kept(harness), [...canaries(), 'market-regulation.gone', 'no-such-department']);
});
