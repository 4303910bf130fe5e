import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { exampleResident, type Harness, startHarness } from '../support/harness.ts';
import { canaries, expectEntered, expectNoneOf, expectProblem, kept } from '../support/problems.ts';

let harness: Harness;
beforeAll(async () => {
  harness = await startHarness();
});
afterAll(async () => await harness.close());

const { residentId } = exampleResident();
const ask = { purpose: 'open-a-shop', query: { residentId } };
const text = JSON.stringify(ask);
const malformed = { code: 'request.malformed', stages: ['identify'] } as const;

describe('a body that is not the JSON object of an exchange', () => {
  it.for<[string, string | Uint8Array, string]>([
    ['nothing', '', 'not-json'],
    ['no JSON', `${residentId}x`, 'not-json'],
    ['half of it', text.slice(0, -1), 'not-json'],
    ['two of them', text + text, 'not-json'],
    ['a byte order mark before it', `\uFEFF${text}`, 'not-json'],
    ['bytes that are no UTF-8', Buffer.concat([Buffer.from(text), Buffer.from([0xff])]), 'not-utf8'],
    ['UTF-16', Buffer.from(text, 'utf16le'), 'not-json'],
    ['a purpose that stands twice', text.replace('{', '{"purpose":"survivor-benefit",'), 'duplicate-key'],
    [
      'a number that stands twice, once escaped',
      text.replace('"query":{', '"query":{"\\u0072esidentId":"1",'),
      'duplicate-key',
    ],
    ['__proto__ in the query', text.replace('"query":{', '"query":{"__proto__":{},'), 'forbidden-key'],
    ['constructor in the query', text.replace('"query":{', '"query":{"constructor":{},'), 'forbidden-key'],
    ['a number past 2^53', text.replace('"query":{', '"query":{"n":9007199254740993,'), 'unsafe-number'],
    ['half a character', text.replace('"query":{', '"query":{"n":"\\ud800",'), 'lone-surrogate'],
    ['a query nested too deeply', `{"purpose":"p","query":${'{"a":'.repeat(40)}1${'}'.repeat(41)}`, 'too-deep'],
  ])('%s is refused, and which rule it broke is told', async ([, body, rule]) => {
    const reply = await harness.call({ body: Buffer.from(body) });
    await expectEntered(harness, reply, { ...malformed, errors: [{ pointer: '', rule }] });
  });

  it.for<[string, unknown, string, string]>([
    ['a list', [ask], '', 'type'],
    ['null', null, '', 'type'],
    ['no purpose', { query: ask.query }, '', 'required'],
    ['no query', { purpose: 'open-a-shop' }, '', 'required'],
    ['an empty purpose', { ...ask, purpose: '' }, '/purpose', 'minLength'],
    ['a purpose of 129 characters', { ...ask, purpose: 'p'.repeat(129) }, '/purpose', 'maxLength'],
    ['a purpose that is a list', { ...ask, purpose: ['open-a-shop'] }, '/purpose', 'type'],
    ['a query that is a list', { ...ask, query: [residentId] }, '/query', 'type'],
    ['no field in fields', { ...ask, fields: [] }, '/fields', 'minItems'],
    ['257 fields', { ...ask, fields: Array.from({ length: 257 }, () => '/status') }, '/fields', 'maxItems'],
    ['a field that is a number', { ...ask, fields: ['/status', 7] }, '/fields/1', 'type'],
    ['an empty case', { ...ask, case: '' }, '/case', 'minLength'],
    ['an officer of 129 characters', { ...ask, officer: 'o'.repeat(129) }, '/officer', 'maxLength'],
    ['a member that is not known', { ...ask, [residentId]: residentId }, '', 'additionalProperties'],
  ])('%s is refused, and where it does not fit is told', async ([, body, pointer, rule]) => {
    const reply = await harness.call({ body });
    await expectEntered(harness, reply, { ...malformed, errors: [{ pointer, rule }] });
  });

  it('is not asked about, not answered from and not repeated, whatever bytes it is of', async () => {
    const asked = harness.source.asked.length;
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 200 }), async (bytes) => {
        const reply = await harness.call({ body: Uint8Array.from([...bytes, ...Buffer.from(residentId)]) });
        expect(reply.status).toBe(400);
        await expectEntered(harness, reply, malformed);
      }),
      { numRuns: 30 },
    );
    expect(harness.source.asked).toHaveLength(asked);
  });
});

describe('a request id', () => {
  it.for([
    // Too long for a digest to begin with it by chance.
    ['a word', 'no-uuid-at-all'],
    ["a citizen's number", residentId],
    ['a UUID and more', '018f4d2e-7b1a-7c3d-8e9f-0a1b2c3d4e5f-1'],
    ['a UUID in braces', '{018f4d2e-7b1a-7c3d-8e9f-0a1b2c3d4e5f}'],
    ['two UUIDs', '018f4d2e-7b1a-7c3d-8e9f-0a1b2c3d4e5f, 018f4d2e-7b1a-7c3d-8e9f-0a1b2c3d4e50'],
  ])('that is %s is refused before there is an exchange, and another is given', async ([, id = '']) => {
    const before = await harness.entries();
    const reply = await harness.call({ headers: { 'Request-Id': id } });
    const problem = expectProblem(reply, 'request.malformed', [{ pointer: '/headers/request-id', rule: 'uuid' }]);
    expectNoneOf([JSON.stringify(reply.headers), reply.body, ...(await kept(harness))], [`"${id}`, residentId]);
    expect(problem.exchangeId).toBeUndefined();
    expect(await harness.entries()).toEqual(before);
  });

  it('in capitals is the same id as in small letters', async () => {
    const id = '018F4D2E-7B1A-7C3D-8E9F-0A1B2C3D4E5F';
    const first = await harness.call({ headers: { 'Request-Id': id } });
    expect(first.headers['request-id']).toBe(id.toLowerCase());
    expectProblem(await harness.call({ headers: { 'Request-Id': id.toLowerCase() } }), 'repeat.answered');
  });
});

it('nothing of what was refused is in the log, the metrics or the ledger', async () => {
  expectNoneOf(await kept(harness), canaries());
});
