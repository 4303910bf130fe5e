import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { STAGES } from '../../src/domain/observer.ts';
import { record, status } from '../support/fake-source.ts';
import { exampleResident, type Harness, startHarness } from '../support/harness.ts';

let harness: Harness;
beforeAll(async () => {
  harness = await startHarness();
});
afterAll(async () => await harness.close());

describe('an exchange that is granted', () => {
  it('gives what the purpose needs, as precisely as it needs it, and nothing else', async () => {
    const { resident } = harness;
    const reply = await harness.call({
      body: { purpose: 'open-a-shop', query: { residentId: resident.residentId, name: resident.name } },
    });
    expect(reply.status).toBe(200);
    expect(reply.headers['content-type']).toBe('application/jose');
    const { data } = await reply.open();
    const { residentId } = resident;
    expect(data).toEqual({
      nameMatches: true,
      residentIdMasked: `${residentId.slice(0, 6)}********${residentId.slice(14)}`,
      status: '正常',
    });
  });

  it('answers a name that is not hers with no, and does not tell the source which name was asked', async () => {
    const { resident } = harness;
    const reply = await harness.call({
      body: { purpose: 'open-a-shop', query: { residentId: resident.residentId, name: '别人' } },
    });
    expect((await reply.open())['data']).toMatchObject({ nameMatches: false });
    expect(harness.source.asked.at(-1)).toEqual({ residentId: resident.residentId });
  });

  it('says inside the seal that the source has no record', async () => {
    harness.source.behave(status(204));
    const reply = await harness.call();
    harness.source.behave(record(exampleResident()));
    expect(reply.status).toBe(200);
    expect(await reply.open()).toMatchObject({ data: null });
    expect((await harness.entries()).at(-1)).toMatchObject({ outcome: 'released', found: false });
  });

  it('is narrowed by the fields that the request names', async () => {
    const reply = await harness.call({
      body: { purpose: 'open-a-shop', query: { residentId: harness.resident.residentId }, fields: ['/status'] },
    });
    expect((await reply.open())['data']).toEqual({ status: '正常' });
    expect((await harness.entries()).at(-1)).toMatchObject({
      fields: [{ output: '/status', path: '/status', treatment: 'keep@1' }],
    });
  });

  it('is in the ledger before it is answered, with every stage it passed, and the receipt says where', async () => {
    const reply = await harness.call();
    const entries = await harness.entries();
    const index = Number(reply.headers['receipt-index']);
    expect(entries[index]).toMatchObject({
      exchange: reply.headers['exchange-id'],
      outcome: 'released',
      stages: STAGES.slice(0, STAGES.indexOf('record')),
      consumer: 'market-regulation.enterprise-registration',
      contract: 'public-security.resident-identity.v1',
      purpose: 'open-a-shop',
      grant: 'open-a-shop-identity',
    });
  });
});
