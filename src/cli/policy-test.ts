import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { FaultsError } from '../domain/fault.ts';
import { loadCases, type PolicyCase } from '../policy/load-cases.ts';
import type { Gap } from '../rehearsal/coverage.ts';
import { type CasesReport, type FailedCase, runCases } from '../rehearsal/run-cases.ts';
import { type Command, EXIT } from './command.ts';
import { FOLDER_OPTIONS, FOLDER_USAGE, type FolderValues, loadFolders, REHEARSAL_SEED } from './policy-folders.ts';

export const policyTest: Command = {
  usage: `shuqiao policy test [--cases DIR] ${FOLDER_USAGE} [--filter ID] [--json]`,
  summary:
    'Rehearses the cases of policies/cases, everybody in them made up, and shows values of those that fail. Whatever no case expects must be refused. Exit: 0 all hold, 1 error, 2 some do not.',
  errorExit: EXIT.error,
  run: async (args, shell) => {
    const { values } = parseArgs({
      args: [...args],
      options: {
        ...FOLDER_OPTIONS,
        cases: { type: 'string' },
        filter: { type: 'string' },
        json: { type: 'boolean' },
      },
    });
    const cases = casesOf(values.cases ?? join(values.policies, 'cases'), values);
    const chosen = values.filter === undefined ? cases : cases.filter(({ id }) => id === values.filter);
    if (chosen.length === 0) throw new Error(`There is no case ${values.filter}.`);
    const report = await runCases(loadFolders(values, REHEARSAL_SEED), chosen, values.filter === undefined);
    shell.out(values.json === true ? `${JSON.stringify(asJson(report))}\n` : describe(report));
    return report.failed.length + report.gaps.length > 0 ? EXIT.findings : EXIT.ok;
  },
};

/** @throws FaultsError */
function casesOf(folder: string, { contracts, policies }: FolderValues): readonly PolicyCase[] {
  const { cases, faults } = loadCases(folder, [contracts, policies]);
  if (faults.length > 0) throw new FaultsError(faults);
  return cases;
}

function asJson({ ran, failed, gaps }: CasesReport): object {
  const shown = failed.map(({ of: { id, file, title }, differences }) => ({ id, file, title, differences }));
  return { ran, held: ran - failed.length, failed: shown, gaps };
}

function describe({ ran, failed, gaps }: CasesReport): string {
  const held = `${ran - failed.length} of ${ran} cases hold.`;
  const missing = gaps.length === 0 ? '' : ` ${gaps.length} releases that no case expects.`;
  return `${[...failed.map(caseBlock), ...gaps.map(gapLine), `${held}${missing}`].join('\n')}\n`;
}

function caseBlock({ of: { id, file, title }, differences }: FailedCase): string {
  const lines = differences.map(({ where, expected, came }) => `  ${where}: expected ${expected}, came ${came}`);
  return [`FAILED ${id}: ${title} (${file})`, ...lines].join('\n');
}

function gapLine(gap: Gap): string {
  return gap.gap === 'unlisted'
    ? `released but unlisted: ${gap.system}, ${gap.contract}, ${gap.purpose}`
    : `field never expected: ${gap.grant} ${gap.output}`;
}
