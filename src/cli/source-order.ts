import { parseArgs } from 'node:util';
import type { BreakerOrder } from '../domain/breaker-order.ts';
import { orderBreaker } from '../store/breaker-orders.ts';
import { type Command, EXIT, type Shell, UsageError } from './command.ts';
import { withSubjects, wordsFrom } from './subject-access.ts';

const SOURCE = /^[a-z0-9]+(?:-[a-z0-9]+)*\.[a-z0-9]+(?:-[a-z0-9]+)*$/;

export const sourceOpen: Command = {
  usage: 'shuqiao source open --source ID --officer WHO --reason TEXT',
  summary: 'Opens the breakers of a source in every gateway, within a second, until `source reset`; entered.',
  run: async (args, shell) => await order('open', args, shell),
};

export const sourceReset: Command = {
  usage: 'shuqiao source reset --source ID --officer WHO --reason TEXT',
  summary: 'Closes the breakers of a source in every gateway, within a second, whatever opened them; entered.',
  run: async (args, shell) => await order('reset', args, shell),
};

async function order(ordered: BreakerOrder['order'], args: readonly string[], shell: Shell): Promise<number> {
  const options = { source: { type: 'string' }, officer: { type: 'string' }, reason: { type: 'string' } } as const;
  const { values } = parseArgs({ args: [...args], options });
  const { source = '' } = values;
  if (!SOURCE.test(source)) throw new UsageError();
  const words = { officer: wordsFrom(values.officer), reason: wordsFrom(values.reason) };
  const { index } = await withSubjects(shell, async ({ control, entry }) => {
    const made = await entry({ kind: 'breaker-order', words, details: { source, order: ordered } });
    return await orderBreaker(control, made.entry, made.aside);
  });
  const does = ordered === 'open' ? `leaves ${source} alone` : `asks ${source} again`;
  shell.out(`Every gateway ${does}, as entry ${index} says.\n`);
  return EXIT.ok;
}
