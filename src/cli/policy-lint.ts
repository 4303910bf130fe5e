import { parseArgs } from 'node:util';
import { lintDepartment } from '../disclosure/lint.ts';
import type { Finding } from '../disclosure/rule.ts';
import { type Command, EXIT, UsageError } from './command.ts';
import { FOLDER_OPTIONS, FOLDER_USAGE, loadFolders } from './policy-folders.ts';

export const policyLint: Command = {
  usage: `shuqiao policy lint [--department ID] [--now RFC3339] ${FOLDER_USAGE} [--json]`,
  summary:
    'What the live grants of each department reveal together: reconstruction, few candidates, oracles. Exit: 0 nothing, 1 error, 2 findings.',
  errorExit: EXIT.error,
  run: async (args, shell) => {
    const { values } = parseArgs({
      args: [...args],
      options: {
        ...FOLDER_OPTIONS,
        department: { type: 'string' },
        now: { type: 'string' },
        json: { type: 'boolean' },
      },
    });
    const now = values.now === undefined ? Date.now() : Date.parse(values.now);
    if (Number.isNaN(now)) throw new UsageError();
    const { plans, departments } = loadFolders(values);
    if (values.department !== undefined && !departments.has(values.department))
      throw new Error(`There is no department ${values.department}.`);
    const linted = [...departments.keys()]
      .filter((id) => values.department === undefined || id === values.department)
      .map((department) => ({
        department,
        findings: lintDepartment(
          plans.filter(({ consumer }) => consumer.id === department),
          now,
        ),
      }));
    const isClean = linted.every(({ findings }) => findings.length === 0);
    if (values.json === true) shell.out(`${JSON.stringify({ departments: linted })}\n`);
    else
      for (const { department, findings } of linted) shell.out(findings.map((one) => block(department, one)).join(''));
    if (isClean && values.json !== true) shell.out('Nothing found.\n');
    return isClean ? EXIT.ok : EXIT.findings;
  },
};

function block(department: string, { rule, severity, message, fields, example, remedy }: Finding): string {
  const places = fields.map(({ grant, path }) => `  ${grant} ${path}\n`).join('');
  return `${rule} ${severity} ${department}: ${message}\n${places}  e.g. ${example}\n  ${remedy}\n`;
}
