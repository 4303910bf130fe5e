import { parseArgs } from 'node:util';
import { BLOCK_KINDS, type Block, type BlockKind, type Blocks } from '../domain/block.ts';
import { blocks } from '../store/blocks.ts';
import { errorName } from '../telemetry/log.ts';
import { type Command, EXIT, type Shell, UsageError } from './command.ts';
import { withControl } from './control-database.ts';

export const blockAdd: Command = {
  usage: 'shuqiao block add system|certificate|token VALUE --reason TEXT',
  summary:
    'From the next request on, in every gateway, the system, certificate (its SHA-256) or token (its jti) may do nothing.',
  run: async (args, shell) => {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: { reason: { type: 'string' } },
    });
    const { reason } = values;
    if (reason === undefined || reason.trim() === '') throw new UsageError();
    const blocked = blockedBy(positionals);
    const isNew = await withBlocks(shell, async (kept) => await kept.add({ ...blocked, reason }));
    shell.out(`${blocked.kind} ${blocked.value} is blocked${isNew ? '' : ', as it was; the reason is the new one'}.\n`);
    return EXIT.ok;
  },
};

export const blockRemove: Command = {
  usage: 'shuqiao block remove system|certificate|token VALUE',
  summary: 'Lifts a block. Exit: 0 lifted, 1 it was not blocked.',
  run: async (args, shell) => {
    const blocked = blockedBy(parseArgs({ args: [...args], allowPositionals: true }).positionals);
    const wasBlocked = await withBlocks(shell, async (kept) => await kept.remove(blocked));
    const { kind, value } = blocked;
    if (wasBlocked) shell.out(`${kind} ${value} is blocked no more.\n`);
    else shell.err(`${kind} ${value} was not blocked.\n`);
    return wasBlocked ? EXIT.ok : EXIT.failed;
  },
};

export const blockList: Command = {
  usage: 'shuqiao block list [--json]',
  summary: 'Everything that is blocked, since when and why.',
  run: async (args, shell) => {
    const { values } = parseArgs({ args: [...args], options: { json: { type: 'boolean' } } });
    const all = await withBlocks(shell, async (kept) => await kept.list());
    const line = ({ kind, value, blockedAt, reason }: Block): string => `${blockedAt}  ${kind}  ${value}  ${reason}\n`;
    if (values.json === true) shell.out(`${JSON.stringify(all)}\n`);
    else shell.out(all.length === 0 ? 'Nothing is blocked.\n' : all.map(line).join(''));
    return EXIT.ok;
  },
};

function blockedBy([kind, value, ...rest]: readonly string[]): Pick<Block, 'kind' | 'value'> {
  if (!isKind(kind) || value === undefined || value === '' || rest.length > 0) throw new UsageError();
  return { kind, value: kind === 'certificate' ? thumbprintOf(value) : value };
}

function isKind(word: string | undefined): word is BlockKind {
  return BLOCK_KINDS.some((kind) => kind === word);
}

/**
 * As the ledger and tokens write it. Taken as `openssl x509 -fingerprint -sha256` prints it, too.
 * @throws Error rather than blocking something that is no certificate's
 */
function thumbprintOf(text: string): string {
  if (/^[\w-]{43}$/.test(text)) return text;
  const hex = text.replace(/^.*=/, '').replaceAll(':', '');
  if (!/^[0-9a-f]{64}$/i.test(hex))
    throw new Error('A certificate is named by its SHA-256: 43 characters of base64url, or 64 hexadecimal digits.');
  return Buffer.from(hex, 'hex').toString('base64url');
}

async function withBlocks<T>(shell: Shell, work: (kept: Blocks) => Promise<T>): Promise<T> {
  return await withControl(shell, async (database) => {
    try {
      return await work(blocks(database));
    } catch (error) {
      // By name only, since its text may quote a row.
      throw new Error(`The blocks cannot be reached (${errorName(error)}).`, { cause: error });
    }
  });
}
