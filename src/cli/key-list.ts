import { parseArgs } from 'node:util';
import type { HeldKey } from '../domain/key-ring.ts';
import { heldKeysWriter } from '../store/held-keys.ts';
import { type Command, EXIT } from './command.ts';
import { withControl } from './control-database.ts';

export const keyList: Command = {
  usage: 'shuqiao key list [--json]',
  summary: 'The key ring: what signs, what will, and until when the rest is published.',
  errorExit: EXIT.error,
  run: async (args, shell) => {
    const { values } = parseArgs({ args: [...args], options: { json: { type: 'boolean' } } });
    const held = await withControl(shell, async (control) => await heldKeysWriter(control).all());
    const keys = held.map((key) => lineOf(key, Date.now()));
    shell.out(values.json === true ? `${JSON.stringify({ keys })}\n` : keys.map(describe).join(''));
    return EXIT.ok;
  },
};

type Line = ReturnType<typeof lineOf>;

/** By naming what is shown: nothing encrypted is, and what is added to the table is not by itself. */
function lineOf({ kid, use, alg, wrappedBy, ...times }: HeldKey, now: number) {
  const { activeFrom, fromEpoch, retiredAt, expiresAt } = times;
  const time = (at: number | undefined): string | null => (at === undefined ? null : new Date(at).toISOString());
  return {
    kid,
    use,
    alg,
    state: stateOf(times, now),
    activeFrom: time(activeFrom),
    ...(fromEpoch === undefined ? {} : { fromEpoch }),
    retiredAt: time(retiredAt),
    expiresAt: time(expiresAt),
    wrappedBy,
  };
}

function stateOf(
  {
    activeFrom,
    retiredAt = Number.POSITIVE_INFINITY,
    expiresAt = Number.POSITIVE_INFINITY,
  }: Pick<HeldKey, 'activeFrom' | 'retiredAt' | 'expiresAt'>,
  now: number,
): 'scheduled' | 'active' | 'retired' | 'expired' {
  if (now < activeFrom) return 'scheduled';
  if (now < retiredAt) return 'active';
  return now < expiresAt ? 'retired' : 'expired';
}

function describe({ kid, use, alg, state, activeFrom, retiredAt, expiresAt }: Line): string {
  const ends = retiredAt === null ? '' : `, retires ${retiredAt}, published until ${expiresAt}`;
  return `${use.padEnd(9)} ${state.padEnd(9)} ${alg.padEnd(12)} ${kid}  from ${activeFrom}${ends}\n`;
}
