import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import type { ProblemCode } from '../../src/domain/problems.ts';
import {
  AGENT_DESK,
  exampleResident,
  getToken,
  type Harness,
  IDENTITY,
  type Reply,
  startHarness,
} from '../support/harness.ts';
import { canaries, expectEntered, expectNoneOf, kept } from '../support/problems.ts';

let harness: Harness;
beforeAll(async () => {
  harness = await startHarness();
});
afterAll(async () => await harness.close());

const { residentId, name } = exampleResident();
const MADE_UP = 'geheim-4711';
const query = { residentId };
const ask = { purpose: 'open-a-shop', query };
const BENEFITS = 'human-resources.benefits';
const identified = ['identify'] as const;
const known = {
  purpose: 'open-a-shop',
  grant: 'open-a-shop-identity',
  contract: 'public-security.resident-identity.v1',
};

/** What is left of an answer without what has to differ: the ids and the date. */
function likeness({ status, headers, body }: Reply): unknown {
  const { 'request-id': request, 'exchange-id': exchange, date: _date, ...others } = headers;
  // Of the entry: where it stands, and a hash of what nobody else knows all of.
  const { 'receipt-index': _index, 'receipt-leaf': _leaf, ...rest } = others;
  return { status, rest, body: body.replaceAll(String(request), 'R').replaceAll(String(exchange), 'E') };
}

describe('what no grant covers', () => {
  it('is refused in the same words whether grant, purpose, resource, version or department is what does not exist', async () => {
    const replies = [
      await harness.call({ system: AGENT_DESK, body: ask }),
      await harness.call({ body: { ...ask, purpose: 'survivor-benefit' } }),
      await harness.call({ body: { ...ask, purpose: MADE_UP } }),
      await harness.call({ path: '/exchange/taxation/tax-standing/v2', body: ask }),
      await harness.call({ path: `/exchange/public-security/${MADE_UP}/v1`, body: ask }),
      await harness.call({ path: `/exchange/${MADE_UP}/resident-identity/v1`, body: ask }),
      await harness.call({
        path: '/exchange/human-resources/social-insurance-account/v1',
        system: AGENT_DESK,
        body: ask,
      }),
      await harness.call({ body: { ...ask, purpose: 'constructor' } }),
    ];
    const [first, ...others] = replies.map(likeness);
    for (const other of others) expect(other).toEqual(first);
    for (const reply of replies) await expectEntered(harness, reply, { code: 'grant.missing', stages: identified });
    expect(harness.source.asked).toEqual([]);
  });

  it('is refused in the same words whether its query would fit or not', async () => {
    const bodies = [ask, { ...ask, query: {} }, { ...ask, fields: ['/name'] }, { ...ask, query: { [MADE_UP]: 1 } }];
    const replies = await Promise.all(bodies.map(async (body) => await harness.call({ system: AGENT_DESK, body })));
    const [first, ...others] = replies.map(likeness);
    for (const other of others) expect(other).toEqual(first);
  });

  it('is entered with what is registered of it and with nothing that was made up', async () => {
    const entered = async (path: string, purpose: string): Promise<unknown> => {
      const reply = await harness.call({ path, body: { ...ask, purpose } });
      const entry = await expectEntered(harness, reply, { code: 'grant.missing', stages: identified });
      return { contract: entry['contract'], purpose: entry['purpose'], provider: entry['provider'] };
    };
    const contract = 'public-security.resident-identity.v1';
    expect(await entered(IDENTITY, 'survivor-benefit')).toEqual({
      contract,
      purpose: 'survivor-benefit',
      provider: 'public-security',
    });
    expect(await entered(IDENTITY, MADE_UP)).toEqual({ contract, purpose: undefined, provider: 'public-security' });
    expect(await entered(`/exchange/${MADE_UP}/x/v1`, 'open-a-shop')).toEqual({
      contract: undefined,
      purpose: 'open-a-shop',
      provider: '',
    });
  });
});

describe('a grant', () => {
  const from = Date.parse('2026-01-01T00:00:00+08:00');
  const until = Date.parse('2029-01-01T00:00:00+08:00');

  it('holds from its first millisecond to the one before its end, by the clock of the gateway', async () => {
    let now = from;
    const frozen = await startHarness({ parts: () => ({ clock: { now: () => now } }) });
    onTestFinished(frozen.close);
    const statusAt = async (instant: number): Promise<number> => {
      now = instant;
      // One of that instant: no token lives as long as a grant.
      return (await frozen.call({ token: await getToken(frozen.gateway.urls.exchange) })).status;
    };
    expect(await statusAt(from - 1)).toBe(403);
    expect(await statusAt(from)).toBe(200);
    expect(await statusAt(until - 1)).toBe(200);
    expect(await statusAt(until)).toBe(403);
    expect(frozen.source.asked).toHaveLength(2);
    now = until;
    const token = await getToken(frozen.gateway.urls.exchange);
    const expected = { code: 'grant.not-in-force', stages: identified } as const;
    const entry = await expectEntered(frozen, await frozen.call({ token }), expected);
    expect(entry).toMatchObject({ ...known, receivedAt: '2028-12-31T16:00:00.000Z' });
  });
});

describe('what is outside the grant', () => {
  const refused = async (body: unknown, code: ProblemCode): Promise<Record<string, unknown>> => {
    const asked = harness.source.asked.length;
    const entry = await expectEntered(harness, await harness.call({ body }), { code, stages: identified });
    expect(harness.source.asked).toHaveLength(asked);
    return entry;
  };

  it('among fields that the contract has is entered by name', async () => {
    const entry = await refused({ ...ask, fields: ['/status', '/mobile'] }, 'field.not-granted');
    expect(entry).toMatchObject({ ...known, fields: ['/mobile'] });
  });

  it('among fields that nobody has is refused in the same words and entered without them', async () => {
    const real = await harness.call({ body: { ...ask, fields: ['/mobile'] } });
    const madeUp = await harness.call({ body: { ...ask, fields: [`/${MADE_UP}`] } });
    expect(likeness(madeUp)).toEqual(likeness(real));
    const entry = await refused({ ...ask, fields: [`/${MADE_UP}`, residentId] }, 'field.not-granted');
    expect(entry).toMatchObject({ ...known, fields: [] });
  });

  it('is also the untreated value of a granted field, under its path in the record', async () => {
    await refused({ ...ask, fields: ['/residentId'] }, 'field.not-granted');
    await refused({ ...ask, fields: ['/name'] }, 'field.not-granted');
    await refused({ ...ask, fields: [''] }, 'field.not-granted');
  });

  it('among query parameters is refused in the same words whether the contract has it or not', async () => {
    const path = IDENTITY;
    const body = { purpose: 'survivor-benefit', query: { residentId } };
    const real = await harness.call({ system: BENEFITS, path, body: { ...body, query: { ...body.query, name } } });
    const madeUp = await harness.call({
      system: BENEFITS,
      path,
      body: { ...body, query: { ...query, [MADE_UP]: name } },
    });
    expect(likeness(madeUp)).toEqual(likeness(real));
    await expectEntered(harness, real, { code: 'filter.not-granted', stages: identified });
    await expectEntered(harness, madeUp, { code: 'filter.not-granted', stages: identified });
  });
});

describe('a query that does not fit the contract', () => {
  it.for<[string, Record<string, unknown>, string, string]>([
    ['that lacks its required parameter', {}, '/query', 'required'],
    ['with a number of too many digits', { residentId: `${residentId}1` }, '/query/residentId', 'maxLength'],
    [
      'with a number of other characters',
      { residentId: `${residentId.slice(0, -1)}?` },
      '/query/residentId',
      'pattern',
    ],
    ['with a number that is one in JSON', { residentId: 110_199 }, '/query/residentId', 'type'],
    ['with a number that is none', { residentId: null }, '/query/residentId', 'type'],
    ['with an empty name', { residentId, name: '' }, '/query/name', 'minLength'],
    ['with a name that is an object', { residentId, name: { like: '%' } }, '/query/name', 'type'],
  ])('%s is told where, and the source is not asked', async ([, wrong, pointer, rule]) => {
    const asked = harness.source.asked.length;
    const reply = await harness.call({ body: { ...ask, query: wrong } });
    const errors = [{ pointer, rule }];
    const entry = await expectEntered(harness, reply, { code: 'query.invalid', stages: identified, errors });
    expect(reply.status).toBe(400);
    expect(entry).toMatchObject(known);
    expect(JSON.stringify(entry)).not.toContain(pointer);
    expect(harness.source.asked).toHaveLength(asked);
  });
});

it('nothing made up and nothing of a person is in the log, the metrics or the ledger', async () => {
  expectNoneOf(await kept(harness), [MADE_UP, ...canaries()]);
});
