import { parseArgs } from 'node:util';
import type { HeldKey, SigningAlgorithm } from '../domain/key-ring.ts';
import { newestOf } from '../keys/join-ring.ts';
import { type Command, EXIT, UsageError } from './command.ts';
import { JOIN_OPTIONS, JOIN_USAGE, joinAndTell } from './key-join.ts';
import { durationOf, useOf, withRing } from './key-ring-access.ts';

const ALGORITHM = { alg: { type: 'string' } } as const;

export const keyGenerate: Command = {
  usage: 'shuqiao key generate --use answer|token|treatment|ledger [--alg ES256|Ed25519] [--json]',
  summary: 'Makes the first key of a use in the key ring. What is private is encrypted and never shown.',
  errorExit: EXIT.error,
  run: async (args, shell) => {
    const { values } = parseArgs({ args: [...args], options: { ...JOIN_OPTIONS, ...ALGORITHM } });
    const use = useOf(values.use);
    const alg = algorithmOf(values.alg);
    return await withRing(shell, async (access) => {
      if (newestOf(await access.ring.all(), use) !== undefined)
        throw new Error(`The ring has a key for ${use} already: shuqiao key rotate.`);
      return await joinAndTell(shell, access, { made: await access.custody.generate(use, alg), values });
    });
  },
};

export const keyRotate: Command = {
  usage: `shuqiao key rotate --use answer|token|treatment|ledger [--alg ES256|Ed25519] [--older-than DURATION] ${JOIN_USAGE}`,
  summary:
    'Makes the next key of a use: published now, signing in an hour or --in 24h; the one before stays published. With --older-than 90d it does nothing to a younger one, so that it can run daily.',
  errorExit: EXIT.error,
  run: async (args, shell) => {
    const options = { ...JOIN_OPTIONS, ...ALGORITHM, 'older-than': { type: 'string' } } as const;
    const { values } = parseArgs({ args: [...args], options });
    const use = useOf(values.use);
    const asked = algorithmOf(values.alg);
    return await withRing(shell, async (access) => {
      const present = newestOf(await access.ring.all(), use);
      if (present === undefined) throw new Error(`The ring has no key for ${use}: shuqiao key generate.`);
      if (values['older-than'] !== undefined && Date.now() - present.activeFrom < durationOf(values['older-than'])) {
        shell.out(values.json === true ? '{"retired":[]}\n' : `${present.kid} is young enough.\n`);
        return EXIT.ok;
      }
      const made = await access.custody.generate(use, asked ?? algorithmOfKey(present));
      return await joinAndTell(shell, access, { made, values });
    });
  },
};

function algorithmOf(text: string | undefined): SigningAlgorithm | undefined {
  if (text !== undefined && text !== 'ES256' && text !== 'Ed25519') throw new UsageError();
  return text;
}

function algorithmOfKey({ alg }: HeldKey): SigningAlgorithm {
  return alg === 'Ed25519' ? 'Ed25519' : 'ES256';
}
