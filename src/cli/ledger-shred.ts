import { parseArgs } from 'node:util';
import { isUuid } from '../domain/identifier.ts';
import { subjectIndex } from '../keys/subject-index.ts';
import { findIdentifiers } from '../semantic/find-identifiers.ts';
import type { Shredding } from '../store/subject-acts.ts';
import { type Command, EXIT, type Shell, UsageError } from './command.ts';
import { readSubject, type SubjectAccess, withSubjects, wordsFrom } from './subject-access.ts';

export const ledgerShred: Command = {
  usage:
    'shuqiao ledger shred --subject-type TYPE < IDENTIFIER | --kid KID, with --legal-basis TEXT --reason TEXT --approver WHO --approver WHO',
  summary:
    'Destroys the keys of what is sealed about a subject, or one of them, and what finds it, for good, and enters that. No entry changes. Exit: 1 if there is nothing.',
  errorExit: EXIT.incomplete,
  run: async (args, shell) => {
    const options = {
      'subject-type': { type: 'string' },
      kid: { type: 'string' },
      'legal-basis': { type: 'string' },
      reason: { type: 'string' },
      approver: { type: 'string', multiple: true },
    } as const;
    const { values } = parseArgs({ args: [...args], options });
    const { 'subject-type': type, kid, approver = [] } = values;
    const [first, second, ...others] = approver.map(wordsFrom);
    if (first === undefined || second === undefined || others.length > 0) throw new UsageError();
    if (first === second) throw new Error('Two different people approve that.');
    const legalBasis = legalBasisFrom(values['legal-basis']);
    const words = { reason: wordsFrom(values.reason), firstApprover: first, secondApprover: second };
    if ((type === undefined) === (kid === undefined)) throw new UsageError();
    return await withSubjects(shell, async (access) => {
      const target = kid === undefined ? await subjectTarget(type ?? '', shell, access) : await kidTarget(kid, access);
      if (target === undefined) {
        shell.err('There is no such key, and nothing that leads to the subject.\n');
        return EXIT.failed;
      }
      const made = await access.entry({ kind: 'shred', words, details: { kids: target.kids, legalBasis } });
      const { index } = await access.acts.shred({ ...made, ...target });
      shell.out(`${target.kids.length} keys are destroyed, as entry ${index} says.\n`);
      return EXIT.ok;
    });
  },
};

type Target = Pick<Shredding, 'subjects' | 'wholly'> & { readonly kids: readonly string[] };

async function subjectTarget(
  type: string,
  shell: Shell,
  { acts, secrets }: SubjectAccess,
): Promise<Target | undefined> {
  const subject = await readSubject(wordsFrom(type), shell);
  const subjects = secrets.map((secret) => subjectIndex(secret, subject));
  const kids = (await acts.keysOf(subjects)).map(({ kid }) => kid);
  if (kids.length === 0 && (await acts.find(subjects)).length === 0) return undefined;
  return { subjects, wholly: true, kids };
}

async function kidTarget(kid: string, { acts }: SubjectAccess): Promise<Target | undefined> {
  if (!isUuid(kid)) throw new UsageError();
  const key = await acts.keyOf(kid);
  return key === undefined ? undefined : { subjects: [key.subject], wholly: false, kids: [key.kid] };
}

/** It stands in the entry as it is, which is never erased. */
function legalBasisFrom(value: string | undefined): string {
  const text = wordsFrom(value);
  if (findIdentifiers(text).length > 0)
    throw new Error('A legal basis names an instrument and an article, and nobody.');
  return text;
}
