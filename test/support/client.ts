import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { inject, onTestFinished } from 'vitest';
import { ShuqiaoClient, type ShuqiaoClientOptions } from '../../src/client/shuqiao-client.ts';
import type { JWK } from '../../src/keys/jwk.ts';
import { REGISTRATION } from './harness.ts';

/** The key that the answers to a system are sealed to. */
export function sealingKeyOf(system: string): JWK {
  return JSON.parse(readFileSync(join(inject('certsDir'), `systems/${system}.private.jwk.json`), 'utf8')) as JWK;
}

/** A client of a system until the end of the test, with the files of certs-dev, and no longer pauses than tests can wait for. */
export function clientOf(gateway: string, options: Partial<ShuqiaoClientOptions> = {}): ShuqiaoClient {
  const { system = REGISTRATION } = options;
  const file = (name: string): Buffer => readFileSync(join(inject('certsDir'), name));
  const client = new ShuqiaoClient({
    gateway,
    system,
    tls: { ca: file('ca.pem'), cert: file(`systems/${system}.pem`), key: file(`systems/${system}.key.pem`) },
    sealingKeys: [sealingKeyOf(system)],
    ...options,
    retries: { pauseMs: 5, ...options.retries },
  });
  onTestFinished(() => client.close());
  return client;
}

/** What a call of a client threw. */
export async function thrown(work: Promise<unknown>): Promise<unknown> {
  return await work.then(
    () => new Error('nothing was thrown'),
    (error: unknown) => error,
  );
}
