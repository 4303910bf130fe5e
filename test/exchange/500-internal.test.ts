import { randomBytes } from 'node:crypto';
import { describe, expect, it, onTestFinished } from 'vitest';
import { STAGES } from '../../src/domain/observer.ts';
import { exampleResident, startHarness } from '../support/harness.ts';
import { canaries, expectEntered, expectNoneOf, kept } from '../support/problems.ts';

const { residentId } = exampleResident();
const SALT_BYTES = 32;

describe('a fault of the gateway itself', () => {
  it('inside a stage is entered as such, and what it said of the person is kept nowhere', async () => {
    let salts = 0;
    // That of the source's answer is there, and again one for what is entered.
    const bytes = (length: number): Uint8Array => {
      if (length === SALT_BYTES) salts += 1;
      if (length === SALT_BYTES && salts === 2) throw new RangeError(`no salt for ${residentId}`);
      return randomBytes(length);
    };
    const harness = await startHarness({ parts: () => ({ random: { bytes } }) });
    onTestFinished(harness.close);
    const stages = STAGES.slice(0, STAGES.indexOf('seal'));
    const entry = await expectEntered(harness, await harness.call(), { code: 'internal', stages });
    expect(entry).toMatchObject({ outcome: 'failed', grant: 'open-a-shop-identity', source: { status: 200 } });
    expectNoneOf(await kept(harness), canaries());
    expect(harness.log.join('')).toContain('"cause":"RangeError"');
  });

  it('before there is an exchange is answered without one, and the gateway goes on', async () => {
    let broken = true;
    const bytes = (length: number): Uint8Array => {
      if (broken) throw new RangeError(`no randomness for ${residentId}`);
      return randomBytes(length);
    };
    const harness = await startHarness({ parts: () => ({ random: { bytes } }) });
    onTestFinished(harness.close);
    const reply = await harness.call({ token: null });
    expect(reply.status).toBe(500);
    expect(reply.problem()).toMatchObject({ code: 'internal', status: 500 });
    expect(reply.headers).toMatchObject({ 'content-type': 'application/problem+json', 'cache-control': 'no-store' });
    expect(await harness.entries()).toEqual([]);
    expectNoneOf([reply.body, ...(await kept(harness))], canaries());
    broken = false;
    expect((await harness.call()).status).toBe(200);
  });
});
