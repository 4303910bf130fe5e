import { randomBytes } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { parseArgs } from 'node:util';
import { COMPILE_OVER_LIMITS } from '../disclosure/compile-over-limits.ts';
import { type Linting, lintDepartment } from '../disclosure/lint.ts';
import { type DraftFinding, lintDraft } from '../disclosure/lint-draft.ts';
import type { Finding } from '../disclosure/rule.ts';
import { type Usage, usageOf } from '../disclosure/usage.ts';
import type { Snapshot } from '../domain/snapshot.ts';
import { createTreatmentKeys } from '../keys/treatment-keys.ts';
import { loadDraft } from '../plan/load-draft.ts';
import { loadSnapshot } from '../plan/load-snapshot.ts';
import { type Command, EXIT, UsageError } from './command.ts';
import { FOLDER_OPTIONS, FOLDER_USAGE, type FolderValues } from './policy-folders.ts';

interface Linted {
  readonly department: string;
  readonly findings: readonly (Finding & Partial<Pick<DraftFinding, 'draft'>>)[];
}

const UNUSED_DAYS = '90';

export const policyLint: Command = {
  usage: `shuqiao policy lint [--department ID | --draft FILE] [--usage EXPORT|- [--unused-days N]] [--now RFC3339] ${FOLDER_USAGE} [--json]`,
  summary:
    'What the live grants of each department reveal together, or what a draft adds to it; with an export of the ledger also what nobody asks for. Exit: 0 nothing, 1 error, 2 findings.',
  errorExit: EXIT.error,
  run: async (args, shell) => {
    const { values } = parseArgs({
      args: [...args],
      options: {
        ...FOLDER_OPTIONS,
        department: { type: 'string' },
        draft: { type: 'string' },
        usage: { type: 'string' },
        'unused-days': { type: 'string' },
        now: { type: 'string' },
        json: { type: 'boolean' },
      },
    });
    const now = values.now === undefined ? Date.now() : Date.parse(values.now);
    const { draft, usage, 'unused-days': days } = values;
    if (Number.isNaN(now) || (values.department !== undefined && draft !== undefined)) throw new UsageError();
    if (days !== undefined && (usage === undefined || !/^[1-9]\d{0,3}$/.test(days))) throw new UsageError();
    const linted = await lint(values, {
      now,
      usage: async () =>
        usage === undefined
          ? undefined
          : await usageOf(usage === '-' ? shell.stdin : createReadStream(usage), {
              now,
              days: Number(days ?? UNUSED_DAYS),
            }),
    });
    shell.out(values.json === true ? `${JSON.stringify({ departments: linted })}\n` : describe(linted));
    return linted.every(({ findings }) => findings.length === 0) ? EXIT.ok : EXIT.findings;
  },
};

interface Values extends FolderValues {
  readonly department?: string | undefined;
  readonly draft?: string | undefined;
}

interface Known {
  readonly now: number;
  readonly usage: () => Promise<Usage | undefined>;
}

async function lint({ department, draft, ...folders }: Values, { now, usage }: Known): Promise<readonly Linted[]> {
  // Nothing that is looked at needs the gateway's own keys.
  const compiling = { keys: createTreatmentKeys(randomBytes(32)), steps: COMPILE_OVER_LIMITS };
  const from = { contractsDir: folders.contracts, policiesDir: folders.policies };
  const snapshot = loadSnapshot(from, compiling.keys, compiling.steps);
  const linting = { plans: snapshot.plans, now, usage: await usage() };
  return draft === undefined
    ? lintAll(snapshot, department, linting)
    : lintOne(loadDraft(draft, snapshot, compiling), linting);
}

function lintAll({ departments }: Snapshot, only: string | undefined, linting: Linting): readonly Linted[] {
  if (only !== undefined && !departments.has(only)) throw new Error(`There is no department ${only}.`);
  return [...departments.keys()]
    .filter((id) => only === undefined || id === only)
    .map((department) => ({ department, findings: lintDepartment(department, linting) }));
}

function lintOne(drafted: ReturnType<typeof loadDraft>, linting: Linting): readonly Linted[] {
  const { grant, consumer } = drafted.draft;
  // It would be looked at as little as any other that has ended, and found clean.
  if (Date.parse(grant.validUntil) <= linting.now) throw new Error('The draft has ended already: see its validUntil.');
  return [{ department: consumer.id, findings: lintDraft(drafted, linting) }];
}

function describe(linted: readonly Linted[]): string {
  const blocks = linted.flatMap(({ department, findings }) => findings.map((one) => block(department, one)));
  return blocks.length === 0 ? 'Nothing found.\n' : blocks.join('');
}

const PART = { 'takes-part': ' (the draft takes part)', 'brings-about': ' (brought about by the draft)' } as const;

function block(department: string, { draft, ...finding }: Linted['findings'][number]): string {
  const { rule, severity, message, fields, example, candidates, remedy } = finding;
  const places = fields.map(({ grant, path }) => `  ${grant} ${path}\n`).join('');
  const left = candidates === undefined ? '' : `  candidates: ${candidates}\n`;
  const part = draft === undefined ? '' : PART[draft];
  return `${rule} ${severity} ${department}${part}: ${message}\n${places}  e.g. ${example}\n${left}  ${remedy}\n`;
}
