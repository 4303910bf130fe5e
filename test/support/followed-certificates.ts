import { cpSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { inject } from 'vitest';
import { type CallOptions, type Harness, type HarnessOptions, startHarness, tokenIfAny } from './harness.ts';

/** A gateway that follows certificates of its own, in a folder that a test may change. */
export interface FollowedCertificates extends Harness {
  /** Puts it there in one step, as whoever deploys is told to. */
  put(name: string, content: string | Uint8Array): void;
  remove(name: string): void;
}

/** `name` is below the folder: `client-cas/<department>/…`, `gateway.pem`, `gateway.key.pem`. */
export async function startFollowing(options: HarnessOptions = {}): Promise<FollowedCertificates> {
  const folder = mkdtempSync(join(tmpdir(), 'shuqiao-followed-'));
  for (const name of ['client-cas', 'gateway.pem', 'gateway.key.pem'])
    cpSync(join(inject('certsDir'), name), join(folder, name), { recursive: true });
  const harness = await startHarness({
    ...options,
    environment: {
      SHUQIAO_CLIENT_CA_DIR: join(folder, 'client-cas'),
      SHUQIAO_TLS_CERT_FILE: join(folder, 'gateway.pem'),
      SHUQIAO_TLS_KEY_FILE: join(folder, 'gateway.key.pem'),
      ...options.environment,
    },
  });
  const tokenBy = async (certificate: NonNullable<CallOptions['certificate']>): Promise<string | null> =>
    await tokenIfAny(harness.gateway.urls.exchange, { certificate });
  return {
    ...harness,
    // With a token by the certificate that is shown, if it gets one: what is refused is not refused for want of a token.
    call: async (call = {}) =>
      await harness.call(call.certificate === undefined ? call : { ...call, token: await tokenBy(call.certificate) }),
    put: (name, content) => {
      mkdirSync(dirname(join(folder, name)), { recursive: true });
      writeFileSync(join(folder, 'next'), content);
      renameSync(join(folder, 'next'), join(folder, name));
    },
    remove: (name) => rmSync(join(folder, name), { recursive: true }),
    close: async () => {
      await harness.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
