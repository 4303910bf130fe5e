import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { record } from '../support/fake-source.ts';
import { type Harness, startHarness } from '../support/harness.ts';
import { issueAuthority, issueCertificate } from '../support/issue-certificate.ts';

const pem = (name: string): string => readFileSync(join(inject('certsDir'), name), 'utf8');
const shown = () => ({ ca: pem('ca.pem'), cert: pem('gateway.pem'), key: pem('gateway.key.pem') });

const strangers = issueCertificate({ subject: [['CN', 'gateway']], issuer: issueAuthority('a stranger') });

let tls: ReturnType<typeof shown>;
let harness: Harness;
beforeAll(async () => {
  tls = shown();
  harness = await startHarness({ source: { tls: { current: async () => tls } } });
});
afterAll(async () => await harness.close());

it('a certificate that is replaced is shown from the next exchange on, and none under way is dropped', async () => {
  expect((await harness.call()).status).toBe(200);
  expect(harness.source.open()).toBe(1);
  let answer = (): void => {};
  const asked = new Promise<void>((reached) => {
    harness.source.behave((req, res, query) => {
      answer = () => record(harness.resident)(req, res, query);
      reached();
    });
  });
  const underWay = harness.call();
  await asked;
  harness.source.behave(record(harness.resident));
  // One that the source does not trust, so that it is seen which one was shown.
  tls = { ...shown(), ...strangers };
  expect((await harness.call()).status).toBe(503);
  tls = shown();
  expect((await harness.call()).status).toBe(200);
  answer();
  expect((await underWay).status).toBe(200);
  await expect.poll(harness.source.open).toBe(1);
});
