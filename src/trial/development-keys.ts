import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { HeldKeysWriter, MadeKey } from '../domain/key-ring.ts';
import { parseStrictJson } from '../domain/strict-json.ts';
import { checkPublicJwk } from '../keys/check-public-jwk.ts';
import { joinRing } from '../keys/join-ring.ts';
import { type JWK, jwkOf, publicJwkOf } from '../keys/jwk.ts';
import type { SoftwareCustody } from '../keys/key-custody.ts';
import type { Database } from '../store/database.ts';
import { heldKeysWriter } from '../store/held-keys.ts';
import { keyRegister } from '../store/registered-keys.ts';

const ENDINGS = { enc: '.private.jwk.json', sig: '.signing.private.jwk.json' } as const;

/** What operators do with `shuqiao system key add` and `shuqiao key import`, for the keys of certs-dev; again changes nothing. */
export async function registerDevelopmentKeys(
  control: Database,
  custody: SoftwareCustody,
  certsDir: string,
): Promise<void> {
  await registerSystems(control, join(certsDir, 'systems'));
  const ring = heldKeysWriter(control);
  const signing = readJwk(join(certsDir, 'gateway.signing.jwk.json'));
  const secret = (name: string): Uint8Array => Buffer.from(readFileSync(join(certsDir, name), 'utf8').trim(), 'hex');
  await joinOnce(ring, await custody.adoptSigningKey('answer', signing));
  await joinOnce(ring, await custody.adoptSigningKey('token', readJwk(join(certsDir, 'gateway.token.jwk.json'))));
  await joinOnce(ring, await custody.adoptSecret('ledger', secret('ledger.key')));
  await joinOnce(ring, await custody.adoptSecret('treatment', secret('treatment.key')));
}

async function registerSystems(control: Database, folder: string): Promise<void> {
  const register = keyRegister(control);
  for (const name of readdirSync(folder).filter((file) => file.endsWith(ENDINGS.enc))) {
    const use = name.endsWith(ENDINGS.sig) ? 'sig' : 'enc';
    const key = checkPublicJwk({ ...publicJwkOf(readJwk(join(folder, name))) }, use);
    const system = name.slice(0, -ENDINGS[use].length);
    await register.register({ system, use, ...key }, { from: undefined, until: undefined });
  }
}

async function joinOnce(ring: HeldKeysWriter, made: MadeKey): Promise<void> {
  const now = Date.now();
  const known = (await ring.all()).some(({ kid }) => kid === made.kid);
  // On a laptop nobody waits until others have read the new key.
  if (!known) await joinRing(ring, made, { from: now, until: now + DAY_MS, fromEpoch: 1 });
}

const DAY_MS = 86_400_000;

function readJwk(file: string): JWK {
  const jwk = jwkOf(parseStrictJson(readFileSync(file)));
  if (jwk === undefined) throw new TypeError(`${file} holds no key`);
  return jwk;
}
