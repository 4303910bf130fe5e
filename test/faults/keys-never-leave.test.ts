import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, inject, it, onTestFinished } from 'vitest';
import { send, startHarness } from '../support/harness.ts';
import { CALL_BACK } from '../support/work-order.ts';

/** Everything private of certs-dev, in the forms in which it could be written. */
function secrets(): readonly string[] {
  const certs = inject('certsDir');
  const keys = ['key-encryption.key', 'ledger.key', 'treatment.key'].map((name) =>
    readFileSync(join(certs, name), 'utf8'),
  );
  const jwks = ['gateway.signing.jwk.json', 'gateway.token.jwk.json'].map(
    (name) => (JSON.parse(readFileSync(join(certs, name), 'utf8')) as { readonly d: string }).d,
  );
  const bytes = [...keys.map((key) => Buffer.from(key, 'hex')), ...jwks.map((d) => Buffer.from(d, 'base64url'))];
  return bytes.flatMap((secret) => [
    secret.toString('hex'),
    secret.toString('base64url'),
    secret.toString('base64'),
    [...secret].join(','),
    [...secret].join(', '),
  ]);
}

it('what is private of the keys is in no answer, log, metric, ledger or control page, whatever goes well or wrong', async () => {
  const harness = await startHarness();
  onTestFinished(harness.close);
  const { gateway, database, call } = harness;
  const seen: string[] = [];
  for (const options of [{}, { body: {} }, { system: undefined }, CALL_BACK, { path: '/exchange/x/y/v1' }]) {
    const reply = await call(options);
    seen.push(JSON.stringify(reply.headers), reply.body);
    if (reply.status === 200) seen.push(JSON.stringify(await reply.open()));
  }
  for (const path of ['/.well-known/jwks.json', '/keys', '/.well-known/'])
    seen.push((await send(gateway.urls.exchange, { path, method: 'GET', body: {} })).body);
  for (const path of [
    '/ledger/export',
    '/sources',
    '/grants/open-a-shop-identity/schema',
    '/keys',
    '/.well-known/jwks.json',
  ])
    seen.push(await (await fetch(`${gateway.urls.control}${path}`)).text());
  for (const path of ['/readyz', '/metrics']) seen.push(await (await fetch(`${gateway.urls.telemetry}${path}`)).text());
  // A ring that cannot be decrypted any more: what went wrong is logged.
  await database.tamper(`update identity.gateway_key set sealed = '\\x00', kid = reverse(kid) where use = 'answer'`);
  await expect.poll(async () => (await call()).status, { timeout: 3000, interval: 100 }).toBe(500);
  seen.push(...harness.log, JSON.stringify(await harness.entries()));
  const all = seen.join('\n');
  expect(all.length).toBeGreaterThan(5000);
  for (const secret of secrets()) expect(all).not.toContain(secret);
  for (const system of readdirSync(join(inject('certsDir'), 'systems')).filter((name) => name.endsWith('.jwk.json'))) {
    const { d } = JSON.parse(readFileSync(join(inject('certsDir'), 'systems', system), 'utf8')) as {
      readonly d: string;
    };
    expect(all).not.toContain(d);
  }
});
