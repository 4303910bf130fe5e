import { randomBytes } from 'node:crypto';
import { parseArgs } from 'node:util';
import {
  EVERYTHING,
  FREEZE_KINDS,
  type Freezable,
  type Freeze,
  type FreezeKind,
  type Freezes,
} from '../domain/freeze.ts';
import { freezes } from '../store/freezes.ts';
import { errorName } from '../telemetry/log.ts';
import { type Command, EXIT, type Shell, UsageError } from './command.ts';
import { withControl } from './control-database.ts';
import { officerFrom, reasonFrom } from './officer-words.ts';

const THING = `everything|${FREEZE_KINDS.filter((kind) => kind !== 'everything').join('|')} [ID]`;
const ORDER = { officer: { type: 'string' }, reason: { type: 'string' } } as const;

export const freezeAdd: Command = {
  usage: `shuqiao freeze add ${THING} --officer WHO --reason TEXT`,
  summary:
    'Nothing goes on with it in any gateway, within a second, until another officer lifts it. A certificate is named by its SHA-256, a token by its jti.',
  run: async (args, shell) => {
    const { thing, officer, reason } = orderFrom(args);
    const verdict = await withFreezes(shell, async (kept) => await kept.add({ ...thing, officer, reason }));
    const before = verdict === 'frozen' ? '' : ', as it was; the reason is the new one';
    shell.out(`${describe(thing)} is frozen${before}.\n`);
    return EXIT.ok;
  },
};

export const freezeLift: Command = {
  usage: `shuqiao freeze lift ${THING} --officer WHO --reason TEXT`,
  summary: 'Lifts a freeze, by an officer who did not order it. Exit: 0 lifted, 1 it is not; that is entered too.',
  run: async (args, shell) => {
    const { thing, officer, reason } = orderFrom(args);
    const verdict = await withFreezes(shell, async (kept) => await kept.lift({ ...thing, officer, reason }));
    if (verdict === 'lifted') shell.out(`${describe(thing)} is frozen no more.\n`);
    else if (verdict === 'not-frozen') shell.err(`${describe(thing)} was not frozen.\n`);
    else shell.err(`${describe(thing)} stays frozen: whoever froze it does not lift it.\n`);
    return verdict === 'lifted' ? EXIT.ok : EXIT.failed;
  },
};

export const freezeList: Command = {
  usage: 'shuqiao freeze list [--json]',
  summary: 'Everything that is frozen, since when, by whom and why. The ledger has what was lifted.',
  run: async (args, shell) => {
    const { values } = parseArgs({ args: [...args], options: { json: { type: 'boolean' } } });
    const all = await withFreezes(shell, async (kept) => await kept.list());
    const line = ({ frozenAt, officers, reason, ...thing }: Freeze): string =>
      `${frozenAt}  ${describe(thing)}  by ${officers.length === 0 ? 'nobody known' : officers.join(', ')}  ${reason}\n`;
    if (values.json === true) shell.out(`${JSON.stringify(all)}\n`);
    else shell.out(all.length === 0 ? 'Nothing is frozen.\n' : all.map(line).join(''));
    return EXIT.ok;
  },
};

function orderFrom(args: readonly string[]): {
  readonly thing: Freezable;
  readonly officer: string;
  readonly reason: string;
} {
  const { values, positionals } = parseArgs({ args: [...args], allowPositionals: true, options: ORDER });
  return { thing: thingFrom(positionals), officer: officerFrom(values.officer), reason: reasonFrom(values.reason) };
}

const WORD = '[a-z0-9]+(?:-[a-z0-9]+)*';
/** As they are written everywhere else. What cannot be the id of anything would look frozen, and nothing would be. */
const FORMS: Readonly<Record<Exclude<FreezeKind, 'everything' | 'certificate'>, RegExp>> = {
  department: new RegExp(`^${WORD}$`),
  system: new RegExp(`^${WORD}\\.${WORD}$`),
  token: /^[\x21-\x7e]{1,256}$/,
  contract: new RegExp(`^${WORD}\\.${WORD}\\.v[1-9]\\d{0,3}$`),
  grant: new RegExp(`^${WORD}$`),
};

function thingFrom([word, value, ...rest]: readonly string[]): Freezable {
  const kind = FREEZE_KINDS.find((known) => known === word);
  if (kind === 'everything' && value === undefined) return EVERYTHING;
  if (kind === undefined || kind === 'everything' || value === undefined || rest.length > 0) throw new UsageError();
  if (kind === 'certificate') return { kind, value: thumbprintOf(value) };
  if (!FORMS[kind].test(value)) throw new Error(`This is the id of no ${kind}.`);
  return { kind, value };
}

function describe({ kind, value }: Freezable): string {
  return kind === 'everything' ? kind : `${kind} ${value}`;
}

/**
 * As the ledger and tokens write it. Taken as `openssl x509 -fingerprint -sha256` prints it, too.
 * @throws Error rather than freezing something that is no certificate's
 */
function thumbprintOf(text: string): string {
  if (/^[\w-]{43}$/.test(text)) return text;
  const hex = text.replace(/^.*=/, '').replaceAll(':', '');
  if (!/^[0-9a-f]{64}$/i.test(hex))
    throw new Error('A certificate is named by its SHA-256: 43 characters of base64url, or 64 hexadecimal digits.');
  return Buffer.from(hex, 'hex').toString('base64url');
}

async function withFreezes<T>(shell: Shell, work: (kept: Freezes) => Promise<T>): Promise<T> {
  return await withControl(shell, async (database) => {
    try {
      return await work(freezes(database, { clock: { now: Date.now }, random: { bytes: randomBytes } }));
    } catch (error) {
      // By name only, since its text may quote a row.
      throw new Error(`The freezes cannot be reached (${errorName(error)}).`, { cause: error });
    }
  });
}
