import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import type { Registration } from '../domain/registered-key.ts';
import { parseStrictJson } from '../domain/strict-json.ts';
import { type CheckedKey, checkPublicJwk } from '../keys/check-public-jwk.ts';
import { loadPolicies } from '../policy/load-policies.ts';
import { keyRegister } from '../store/registered-keys.ts';
import { type Command, EXIT, UsageError } from './command.ts';
import { withControl } from './control-database.ts';

/** Longer is no key that would be taken; it need not be read. */
const MAX_FILE_BYTES = 16_384;

export const systemKeyAdd: Command = {
  usage:
    'shuqiao system key add --system ID --use sig|enc [--alg ALG] [--valid-from RFC3339] [--valid-until RFC3339] [--policies DIR] [--json] FILE',
  summary:
    'Registers a public key of a system, one JWK: `sig` to verify what it signs, `enc` to seal its answers to. Several may be in force; the newest is sealed to.',
  errorExit: EXIT.error,
  run: async (args, shell) => {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        system: { type: 'string' },
        use: { type: 'string' },
        alg: { type: 'string' },
        'valid-from': { type: 'string' },
        'valid-until': { type: 'string' },
        policies: { type: 'string', default: 'policies' },
        json: { type: 'boolean' },
      },
    });
    const [file, ...rest] = positionals;
    const { system, use, alg } = values;
    if (file === undefined || rest.length > 0 || system === undefined || (use !== 'sig' && use !== 'enc'))
      throw new UsageError();
    const validity = { from: timeOf(values['valid-from']), until: timeOf(values['valid-until']) };
    if (!loadPolicies(values.policies).policies.systems.has(system)) throw new Error(`There is no system ${system}.`);
    const key = readKey(file, use, alg);
    const outcome = await withControl(
      shell,
      async (control) => await keyRegister(control).register({ system, use, ...key }, validity),
    );
    const { kid } = key;
    if (outcome === 'taken' || outcome === 'other') throw new Error(REFUSED[outcome]);
    shell.out(
      values.json === true
        ? `${JSON.stringify({ system, kid, use, alg: key.alg, outcome })}\n`
        : `${kid} (${use}, ${key.alg}) ${outcome === 'known' ? 'was registered already' : 'is registered'} for ${system}.\n`,
    );
    return EXIT.ok;
  },
};

const REFUSED: Readonly<Record<Exclude<Registration, 'registered' | 'known'>, string>> = {
  taken: 'Another system has registered this key: who has it could open the answers of both. Make a new one.',
  other: 'This key was withdrawn, or is registered for another use. Make a new one.',
};

/** @throws KeyRefusedError, or Error that repeats nothing of the file */
function readKey(file: string, use: 'sig' | 'enc', alg: string | undefined): CheckedKey {
  const content = readFileSync(file);
  if (content.length > MAX_FILE_BYTES) throw new Error(`${file} is too long for a key.`);
  return checkPublicJwk(parseStrictJson(content), use, alg);
}

function timeOf(text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  const milliseconds = Date.parse(text);
  if (!/^\d{4}-\d{2}-\d{2}T.*(?:Z|[+-]\d{2}:\d{2})$/.test(text) || Number.isNaN(milliseconds)) throw new UsageError();
  return new Date(milliseconds).toISOString();
}
