import { parseArgs } from 'node:util';
import { keyRegister } from '../store/registered-keys.ts';
import { type Command, EXIT, UsageError } from './command.ts';
import { withControl } from './control-database.ts';

export const systemKeyWithdraw: Command = {
  usage: 'shuqiao system key withdraw --system ID --kid KID [--json]',
  summary: 'Takes a registered key out of force, for good; within a second no gateway uses it any more.',
  errorExit: EXIT.error,
  run: async (args, shell) => {
    const options = { system: { type: 'string' }, kid: { type: 'string' }, json: { type: 'boolean' } } as const;
    const { values } = parseArgs({ args: [...args], options });
    const { system, kid } = values;
    if (system === undefined || kid === undefined) throw new UsageError();
    const withdrawn = await withControl(shell, async (control) => await keyRegister(control).withdraw(system, kid));
    if (!withdrawn) throw new Error('The system has no such key in the register, or it was withdrawn before.');
    shell.out(values.json === true ? `${JSON.stringify({ system, kid, withdrawn })}\n` : `${kid} is withdrawn.\n`);
    return EXIT.ok;
  },
};
