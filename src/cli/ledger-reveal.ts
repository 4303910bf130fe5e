import { parseArgs } from 'node:util';
import type { JsonObject } from '../domain/json.ts';
import type { LedgerSecret } from '../domain/key-ring.ts';
import { openParts } from '../keys/sealed-parts.ts';
import { openSubjectKey } from '../keys/subject-keys.ts';
import { objectOf } from '../ledger/object-of.ts';
import { lastPruning } from '../store/pruning.ts';
import type { KeptPart } from '../store/subject-acts.ts';
import { type Command, EXIT, UsageError } from './command.ts';
import { prunedText } from './pruned-text.ts';
import { withSubjects, wordsFrom } from './subject-access.ts';

export const ledgerReveal: Command = {
  usage: 'shuqiao ledger reveal --index N --officer WHO --reason TEXT',
  summary:
    'What is sealed beside an entry: subjects, case, officer, the salts of its digests. That it was opened is entered first. Exit: 1 if it was shredded or there is nothing.',
  errorExit: EXIT.incomplete,
  run: async (args, shell) => {
    const options = { index: { type: 'string' }, officer: { type: 'string' }, reason: { type: 'string' } } as const;
    const { values } = parseArgs({ args: [...args], options });
    if (values.index === undefined || !/^(?:0|[1-9]\d{0,14})$/.test(values.index)) throw new UsageError();
    const index = Number(values.index);
    const words = { officer: wordsFrom(values.officer), reason: wordsFrom(values.reason) };
    return await withSubjects(shell, async ({ acts, secrets, entry, databases }) => {
      const text = await acts.entryAt(index);
      if (text === undefined) {
        const pruning = await lastPruning(databases.control, { dropped: true });
        throw new Error(`The ledger has no entry ${index}.${prunedText(pruning)}`);
      }
      const made = await entry({ kind: 'reveal', words, details: { index } });
      await acts.enter(made.entry, made.aside);
      const id = idOf(objectOf(text) ?? {});
      const parts = id === undefined ? [] : await acts.partsOf(id);
      if (id === undefined || parts.length === 0) {
        shell.err('Nothing is sealed beside this entry.\n');
        return EXIT.failed;
      }
      const { subjects, rest } = openParts(
        id,
        parts.map((part) => opening(part, secrets)),
      );
      shell.out(`${JSON.stringify({ index, subjects, ...(rest ?? { shredded: true }) })}\n`);
      return rest === undefined ? EXIT.failed : EXIT.ok;
    });
  },
};

function opening({ key, ...part }: KeptPart, secrets: readonly LedgerSecret[]) {
  return { ...part, key: key === undefined ? undefined : openSubjectKey(secrets, key) };
}

function idOf({ kind, exchange, id }: JsonObject): string | undefined {
  const its = kind === 'exchange' ? exchange : id;
  return typeof its === 'string' ? its : undefined;
}
