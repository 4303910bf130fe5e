import { parseArgs } from 'node:util';
import { isJsonArray, isJsonObject, type JsonObject, type JsonValue } from '../domain/json.ts';
import { subjectIndex } from '../keys/subject-index.ts';
import { objectOf } from '../ledger/object-of.ts';
import { lastPruning } from '../store/pruning.ts';
import type { FoundEntry } from '../store/subject-acts.ts';
import { type Command, EXIT } from './command.ts';
import { prunedText } from './pruned-text.ts';
import { readSubject, withSubjects, wordsFrom } from './subject-access.ts';

export const ledgerFind: Command = {
  usage: 'shuqiao ledger find --subject-type TYPE --officer WHO --reason TEXT [--json] < IDENTIFIER',
  summary:
    'Every exchange about a person or organisation, by an identifier on standard input; that it was asked is entered first.',
  errorExit: EXIT.error,
  run: async (args, shell) => {
    const options = {
      'subject-type': { type: 'string' },
      officer: { type: 'string' },
      reason: { type: 'string' },
      json: { type: 'boolean' },
    } as const;
    const { values } = parseArgs({ args: [...args], options });
    const words = { officer: wordsFrom(values.officer), reason: wordsFrom(values.reason) };
    const subject = await readSubject(wordsFrom(values['subject-type']), shell);
    const { found, pruning } = await withSubjects(shell, async ({ acts, secrets, entry, databases }) => {
      const made = await entry({ kind: 'lookup', words, subjects: [subject], details: { subjectType: subject.type } });
      const receipt = await acts.enter(made.entry, made.aside);
      const all = await acts.find(secrets.map((secret) => subjectIndex(secret, subject)));
      // The looking itself is about the subject too, and not news to who looks.
      return {
        found: all.filter(({ index }) => index !== receipt.index).map(lineOf),
        pruning: await lastPruning(databases.control, { dropped: true }),
      };
    });
    // What was pruned may have been about it, and leads nowhere any more.
    const pruned = pruning && { to: pruning.upto, by: pruning.by };
    if (values.json === true) {
      shell.out(`${JSON.stringify({ exchanges: found, pruned })}\n`);
      return EXIT.ok;
    }
    shell.out(found.length === 0 ? 'Nothing was exchanged about it.\n' : found.map(describe).join(''));
    if (pruning !== undefined) shell.err(`${prunedText(pruning).trim()}\n`);
    return EXIT.ok;
  },
};

type Line = ReturnType<typeof lineOf>;

function lineOf({ index, entry }: FoundEntry) {
  const said: JsonObject = objectOf(entry) ?? {};
  const text = (name: string): string => (typeof said[name] === 'string' ? said[name] : '');
  return {
    index,
    kind: text('kind'),
    at: text('decidedAt'),
    outcome: text('outcome'),
    consumer: text('consumer'),
    contract: text('contract'),
    purpose: text('purpose'),
    fields: fieldsOf(said['fields']),
  };
}

/** Of a release its outputs; of a refusal what was asked and not granted. */
function fieldsOf(fields: JsonValue | undefined): readonly string[] {
  if (!isJsonArray(fields)) return [];
  return fields.flatMap((field) => {
    const name = isJsonObject(field) ? field['output'] : field;
    return typeof name === 'string' ? [name] : [];
  });
}

function describe({ index, kind, at, outcome, consumer, contract, purpose, fields }: Line): string {
  const what = kind === 'exchange' ? [outcome, consumer, contract, purpose, fields.join(' ')] : [kind];
  return `${[index, at, ...what.filter((word) => word !== '')].join('  ')}\n`;
}
