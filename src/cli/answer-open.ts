import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { parseStrictJson } from '../domain/strict-json.ts';
import { jwkOf, jwksOf } from '../keys/jwk.ts';
import { openAnswer } from '../keys/open.ts';
import { type Command, EXIT, type Shell, UsageError } from './command.ts';

export const answerOpen: Command = {
  usage: 'shuqiao answer open --key PRIVATE_JWK --gateway-keys JWKS [FILE|-]',
  summary: 'Decrypts a sealed answer with the private key of the system and verifies the signature of the gateway.',
  run: async (args, shell) => {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: { key: { type: 'string' }, 'gateway-keys': { type: 'string' } },
    });
    const [file = '-', ...rest] = positionals;
    if (values.key === undefined || values['gateway-keys'] === undefined || rest.length > 0) throw new UsageError();
    const sealed = (file === '-' ? await readAll(shell.stdin) : readFileSync(file, 'utf8')).trim();
    // A problem comes in the clear: what went wrong is shown as it is.
    if (sealed.startsWith('{')) {
      shell.err(`${sealed}\n`);
      return EXIT.failed;
    }
    return await open(sealed, { key: values.key, gatewayKeys: values['gateway-keys'] }, shell);
  },
};

interface KeyFiles {
  readonly key: string;
  readonly gatewayKeys: string;
}

async function open(sealed: string, { key, gatewayKeys }: KeyFiles, { out, err }: Shell): Promise<number> {
  const privateJwk = jwkOf(parseStrictJson(readFileSync(key)));
  const jwks = jwksOf(parseStrictJson(readFileSync(gatewayKeys)));
  if (privateJwk === undefined || jwks === undefined) throw new TypeError('the key files hold no keys');
  try {
    out(`${JSON.stringify(await openAnswer(sealed, { privateJwk, gatewayKeys: jwks }), null, 2)}\n`);
    return EXIT.ok;
  } catch {
    err('The answer does not open: it is not sealed to this key, or not signed by this gateway.\n');
    return EXIT.failed;
  }
}

async function readAll(stdin: Shell['stdin']): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of stdin) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks).toString('utf8');
}
