import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { EVERYTHING } from '../../src/domain/freeze.ts';
import { parseCheckpoint } from '../../src/transparency/checkpoint.ts';
import { parseNote } from '../../src/transparency/signed-note.ts';
import { parseTlogProof } from '../../src/transparency/tlog-proof.ts';
import { verifyInclusion } from '../../src/transparency/verify-proof.ts';
import { ORIGIN, type Publishing, publishing } from '../support/checkpoint-table.ts';
import { freeze, lift } from '../support/freezes.ts';
import {
  AGENT_DESK,
  type CallOptions,
  type Harness,
  REGISTRATION,
  type Reply,
  startHarness,
} from '../support/harness.ts';
import { expectProblem } from '../support/problems.ts';

let harness: Harness;
let publisher: Publishing;
beforeAll(async () => {
  harness = await startHarness({ environment: { SHUQIAO_LEDGER_ORIGIN: ORIGIN } });
  publisher = await publishing(harness);
});
afterAll(async () => await harness.close());

const ask = async (path: string, options: CallOptions = {}): Promise<Reply> =>
  await harness.call({ method: 'GET', path, token: null, ...options });
const receiptOf = async ({ headers }: Reply, options: CallOptions = {}): Promise<Reply> =>
  await ask(`/receipts/${String(headers['exchange-id'])}`, options);

describe('the receipt of an exchange', () => {
  it('names its log, and is all there is until a checkpoint covers the entry', async () => {
    const { headers } = await harness.call();
    expect(headers['ledger-origin']).toBe(ORIGIN);
    const reply = await receiptOf({ headers } as Reply);
    expect(reply.status).toBe(202);
    expect(Number(reply.headers['retry-after'])).toBeGreaterThan(0);
    expect(JSON.parse(reply.body)).toEqual({
      exchangeId: headers['exchange-id'],
      outcome: 'released',
      receipt: { index: Number(headers['receipt-index']), leaf: headers['receipt-leaf'] },
    });
  });

  it('becomes a proof by the newest checkpoint, of whatever outcome the exchange was', async () => {
    const released = await harness.call();
    const refused = await harness.call({ body: { purpose: 'made-up', query: {} } });
    for (let more = 0; more < 5; more += 1) await harness.call();
    await publisher.publish();
    await harness.call();
    const note = await publisher.publish();
    for (const { headers } of [released, refused]) {
      const reply = await receiptOf({ headers } as Reply);
      expect([reply.status, reply.headers['content-type']]).toEqual([200, 'text/plain; charset=utf-8']);
      const { index, hashes, checkpoint } = parseTlogProof(reply.body);
      expect(checkpoint).toBe(note);
      const { size, root } = parseCheckpoint(parseNote(checkpoint).text);
      const leaf = Buffer.from(String(headers['receipt-leaf']), 'hex');
      expect(index).toBe(Number(headers['receipt-index']));
      expect(verifyInclusion({ index, size, leaf, root, proof: hashes })).toBe(true);
    }
  });

  it('is of an entry that nobody can put together who knows the rest of it, also where nothing was read', async () => {
    const blinds = [];
    for (let time = 0; time < 2; time += 1) {
      const { headers } = await harness.call({ headers: { 'Content-Type': 'text/plain' } });
      const entry = (await harness.entries())[Number(headers['receipt-index'])];
      expect([entry?.['code'], entry?.['digests']]).toEqual(['request.unsupported-media', undefined]);
      blinds.push(entry?.['blind']);
    }
    expect(new Set(blinds).size).toBe(2);
    for (const blind of blinds) expect(blind).toMatch(/^[\w-]{22}$/);
    // Salts are not in the entry: its digests are what nobody knows.
    const { headers } = await harness.call();
    const released = (await harness.entries())[Number(headers['receipt-index'])];
    expect([released?.['blind'], typeof released?.['digests']]).toEqual([undefined, 'object']);
  });

  it('is nothing to another system, in the very words of an id that never was', async () => {
    const own = await harness.call();
    const unified = ({ status, headers, body }: Reply): unknown => {
      const { date: _date, 'request-id': id, ...rest } = headers;
      return JSON.stringify({ status, rest, body }).replaceAll(String(id), 'id');
    };
    const foreign = await receiptOf(own, { system: AGENT_DESK });
    expectProblem(foreign, 'receipt.unknown');
    expect(unified(await ask(`/receipts/${randomUUID()}`, { system: AGENT_DESK }))).toBe(unified(foreign));
  });

  it('is for who is proven, registered and not frozen, and is only read', async () => {
    const own = await harness.call();
    expectProblem(await receiptOf(own, { system: undefined }), 'identity.unproven');
    expectProblem(await receiptOf(own, { method: 'POST' }), 'route.method-not-allowed');
    expectProblem(await ask('/receipts/12'), 'route.unknown');
    for (const [thing, code] of [
      [{ kind: 'system', value: REGISTRATION }, 'identity.frozen'],
      [EVERYTHING, 'gateway.frozen'],
    ] as const) {
      await freeze(harness.database, thing);
      onTestFinished(async () => void (await lift(harness.database, thing)));
      expectProblem(await receiptOf(own), code);
    }
  });

  it('is not given by a ledger that is not the one of its checkpoint', async () => {
    const own = await harness.call();
    await publisher.publish();
    await harness.database.tamper(
      'set local session_replication_role = replica; update ledger.entry set leaf = sha256(leaf) where index = 0',
    );
    expectProblem(await receiptOf(own), 'internal');
  });
});

describe('what became of a request', () => {
  it('is told by its id, to its own system, and only once it has ended', async () => {
    const headers = { 'Request-Id': randomUUID() };
    expectProblem(await ask(`/requests/${headers['Request-Id']}`), 'receipt.unknown');
    const own = await harness.call({ headers });
    const reply = await ask(`/requests/${headers['Request-Id'].toUpperCase()}`);
    expect(reply.status).toBe(200);
    expect(JSON.parse(reply.body)).toMatchObject({ exchangeId: own.headers['exchange-id'], outcome: 'released' });
    expectProblem(await ask(`/requests/${headers['Request-Id']}`, { system: AGENT_DESK }), 'receipt.unknown');
  });

  it.for([
    ['1 second', 'repeat.under-way'],
    ['3 minutes', 'repeat.unrecorded'],
  ] as const)('without an entry after %s is %s', async ([time, code]) => {
    const id = randomUUID();
    await harness.database.tamper(
      `insert into exchange.request_id values ('${REGISTRATION}', '${id}', clock_timestamp() - interval '${time}', gen_random_uuid())`,
    );
    expectProblem(await ask(`/requests/${id}`), code);
  });
});
