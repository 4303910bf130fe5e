import { parseArgs } from 'node:util';
import { type Command, EXIT } from './command.ts';
import { withRing } from './key-ring-access.ts';

export const keyRewrap: Command = {
  usage: 'shuqiao key rewrap [--json]',
  summary:
    'Encrypts the key ring under a new SHUQIAO_KEY_ENCRYPTION_KEY_FILE or _COMMAND; the old one is SHUQIAO_PREVIOUS_KEY_ENCRYPTION_KEY_FILE or _COMMAND. Restart the gateways with both first.',
  errorExit: EXIT.error,
  run: async (args, shell) => {
    const { values } = parseArgs({ args: [...args], options: { json: { type: 'boolean' } } });
    return await withRing(shell, async ({ ring, custody }) => {
      const rewrapped: string[] = [];
      for (const key of await ring.all()) {
        const wrapped = await custody.rewrap(key);
        if (wrapped !== undefined && (await ring.rewrap(key, wrapped))) rewrapped.push(key.kid);
      }
      shell.out(values.json === true ? `${JSON.stringify({ rewrapped })}\n` : `${rewrapped.length} keys rewrapped.\n`);
      return EXIT.ok;
    });
  },
};
