import { join } from 'node:path';
import { inject } from 'vitest';
import { readKeyCustody } from '../../src/config/key-encryption-key.ts';
import type { SoftwareCustody } from '../../src/keys/key-custody.ts';
import { type OpenKeyRing, openKeyRing } from '../../src/keys/key-ring.ts';
import { heldKeys } from '../../src/store/held-keys.ts';
import type { Databases } from '../../src/store/open-databases.ts';
import { registerDevelopmentKeys } from '../../src/trial/development-keys.ts';

/** The key ring of a database with the development keys in it, which are put there if they are not. */
export async function testKeyRing({ control, exchange }: Databases): Promise<OpenKeyRing> {
  const custody = testCustody();
  await registerDevelopmentKeys(control, custody, inject('certsDir'));
  const ring = openKeyRing({ held: heldKeys(exchange), custody, clock: { now: Date.now } });
  await ring.start();
  return ring;
}

export function testCustody(): SoftwareCustody {
  const file = join(inject('certsDir'), 'key-encryption.key');
  return readKeyCustody({
    current: { file, command: undefined },
    previous: { file: undefined, command: undefined },
  });
}
