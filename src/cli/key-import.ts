import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import type { KeyUse, MadeKey } from '../domain/key-ring.ts';
import { parseStrictJson } from '../domain/strict-json.ts';
import { jwkOf } from '../keys/jwk.ts';
import type { SoftwareCustody } from '../keys/key-custody.ts';
import { type Command, EXIT, UsageError } from './command.ts';
import { JOIN_OPTIONS, JOIN_USAGE, joinAndTell } from './key-join.ts';
import { useOf, withRing } from './key-ring-access.ts';

const SECRET = /^[0-9a-f]{64}\s*$/i;

export const keyImport: Command = {
  usage: `shuqiao key import --use answer|token|treatment|ledger ${JOIN_USAGE} FILE`,
  summary:
    'Takes a key that was made elsewhere into the key ring: a private JWK to sign with, 64 hexadecimal digits for treatments and the ledger. Destroy the file then.',
  errorExit: EXIT.error,
  run: async (args, shell) => {
    const { values, positionals } = parseArgs({ args: [...args], allowPositionals: true, options: JOIN_OPTIONS });
    const [file, ...rest] = positionals;
    if (file === undefined || rest.length > 0) throw new UsageError();
    const use = useOf(values.use);
    return await withRing(shell, async (access) => {
      const made = await adopt(access.custody, use, file);
      return await joinAndTell(shell, access, { made, values });
    });
  },
};

/** Whatever is wrong with it, nothing of the file is repeated. */
async function adopt(custody: SoftwareCustody, use: KeyUse, file: string): Promise<MadeKey> {
  const content = readFileSync(file);
  if (use === 'treatment' || use === 'ledger') {
    const digits = content.toString('utf8');
    if (!SECRET.test(digits)) throw new Error(`${file} holds no 64 hexadecimal digits.`);
    return await custody.adoptSecret(use, Buffer.from(digits.trim(), 'hex'));
  }
  try {
    const jwk = jwkOf(parseStrictJson(content));
    if (jwk !== undefined) return await custody.adoptSigningKey(use, jwk);
  } catch {
    // What is said below says all that there is.
  }
  throw new Error(`${file} holds no private JWK on P-256 or Ed25519.`);
}
