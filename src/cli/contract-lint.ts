import { statSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { type LintFinding, lintContracts } from '../compatibility/lint-contracts.ts';
import { type Command, EXIT, UsageError } from './command.ts';
import { findingLine } from './finding-line.ts';

export const contractLint: Command = {
  usage: 'shuqiao contract lint [DIR] [--json]',
  summary:
    'Says what keeps the contracts of a folder from loading and what would make them better. Exit: 0 nothing, 1 error, 2 findings.',
  errorExit: EXIT.error,
  run: async (args, { out }) => {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: { json: { type: 'boolean' } },
    });
    const [folder = 'contracts', ...rest] = positionals;
    if (rest.length > 0) throw new UsageError();
    // A folder without contracts is a finding; one that is not there is an error.
    if (!statSync(folder).isDirectory()) throw new Error(`${folder} is not a folder.`);
    const findings = lintContracts(folder);
    out(values.json === true ? `${JSON.stringify({ folder, findings })}\n` : asText(findings));
    return findings.length > 0 ? EXIT.findings : EXIT.ok;
  },
};

function asText(findings: readonly LintFinding[]): string {
  if (findings.length === 0) return 'Nothing was found.\n';
  const files = [...new Set(findings.map(({ file }) => file))];
  return files
    .map((name) => {
      const lines = findings
        .filter(({ file }) => file === name)
        .map((finding) => findingLine({ ...finding, where: finding.where === '' ? '(all of it)' : finding.where }));
      return `${[name, ...lines].join('\n')}\n`;
    })
    .join('');
}
