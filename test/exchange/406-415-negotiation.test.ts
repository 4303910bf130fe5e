import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { exampleResident, type Harness, startHarness } from '../support/harness.ts';
import { expectEntered } from '../support/problems.ts';

let harness: Harness;
beforeAll(async () => {
  harness = await startHarness();
});
afterAll(async () => await harness.close());

const ask = { purpose: 'open-a-shop', query: { residentId: exampleResident().residentId } };

describe('the Accept header', () => {
  it.for(['application/problem+json', 'text/*', 'application/jose;q=0', 'jose'])(
    '%s leaves out the sealed answer and is refused before the body is read',
    async (Accept) => {
      const reply = await harness.call({ headers: { Accept }, body: Buffer.from('not even JSON') });
      await expectEntered(harness, reply, { code: 'request.not-acceptable', stages: ['identify'] });
    },
  );

  it.for(['application/jose', 'application/*', '*/*', 'text/html, application/jose;q=0.1', ''])(
    '%s takes the sealed answer',
    async (Accept) => expect((await harness.call({ headers: { Accept } })).status).toBe(200),
  );
});

describe('the form of the body', () => {
  it.for([
    { 'Content-Type': 'text/plain' },
    { 'Content-Type': 'application/x-www-form-urlencoded' },
    { 'Content-Type': 'application/problem+json' },
    { 'Content-Type': 'application/json; charset=gbk' },
    { 'Content-Type': 'application/json, text/plain' },
    { 'Content-Type': '' },
    { 'Content-Encoding': 'gzip' },
    { 'Content-Encoding': 'identity' },
    { 'Content-Encoding': '' },
  ])('%j is refused, and the body is not unpacked', async (headers) => {
    const body = 'Content-Encoding' in headers ? gzipSync(JSON.stringify(ask)) : Buffer.from(JSON.stringify(ask));
    const reply = await harness.call({ headers, body });
    await expectEntered(harness, reply, { code: 'request.unsupported-media', stages: ['identify'] });
  });

  it.for([
    'application/json',
    'APPLICATION/JSON',
    'application/json;charset=utf-8',
    'application/json ; charset=UTF-8',
  ])('%s is taken', async (type) =>
    expect((await harness.call({ headers: { 'Content-Type': type } })).status).toBe(200),
  );
});
