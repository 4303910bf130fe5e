import { parseArgs } from 'node:util';
import type { RegisterEntry } from '../domain/registered-key.ts';
import { keyRegister } from '../store/registered-keys.ts';
import { type Command, EXIT } from './command.ts';
import { withControl } from './control-database.ts';

export const systemKeyList: Command = {
  usage: 'shuqiao system key list [--system ID] [--json]',
  summary: 'The registered keys of a system or of all, withdrawn and ended ones too.',
  errorExit: EXIT.error,
  run: async (args, shell) => {
    const options = { system: { type: 'string' }, json: { type: 'boolean' } } as const;
    const { values } = parseArgs({ args: [...args], options });
    const keys = await withControl(shell, async (control) => await keyRegister(control).list(values.system));
    shell.out(values.json === true ? `${JSON.stringify({ keys })}\n` : keys.map(describe).join(''));
    return EXIT.ok;
  },
};

function describe({ system, use, alg, kid, validFrom, validUntil, withdrawnAt }: RegisterEntry): string {
  const end = withdrawnAt === null ? (validUntil ?? 'further notice') : `${withdrawnAt} (withdrawn)`;
  return `${system} ${use} ${alg} ${kid}  from ${validFrom} until ${end}\n`;
}
