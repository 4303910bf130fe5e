import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { diffPolicies, type FieldChange, type PolicyDiff, type RightChange } from '../review/diff-policies.ts';
import { type Command, EXIT, UsageError } from './command.ts';
import { loadFolders } from './policy-folders.ts';

export const policyDiff: Command = {
  usage: 'shuqiao policy diff OLD NEW [--json]',
  summary:
    'Which (field, precision) pairs change between two folders that hold contracts/ and policies/. Exit: 0 none, 1 error, 2 changes.',
  errorExit: EXIT.error,
  run: async (args, shell) => {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: { json: { type: 'boolean' } },
    });
    const [before, after, ...rest] = positionals;
    if (before === undefined || after === undefined || rest.length > 0) throw new UsageError();
    // The same keys for both, so that nothing differs by them.
    const seed = new Uint8Array(32);
    const load = (root: string): ReturnType<typeof loadFolders> =>
      loadFolders({ contracts: join(root, 'contracts'), policies: join(root, 'policies') }, seed);
    const diff = diffPolicies(load(before), load(after));
    shell.out(values.json === true ? `${JSON.stringify(diff)}\n` : describe(diff));
    return diff.fields.length + diff.rights.length > 0 ? EXIT.findings : EXIT.ok;
  },
};

function describe({ fields, rights }: PolicyDiff): string {
  const lines = [...fields.map(fieldLine), ...rights.map(rightLine)];
  return lines.length === 0 ? 'Nothing changes.\n' : `${lines.join('\n')}\n`;
}

function fieldLine({ system, purpose, contract, change, path, from, to }: FieldChange): string {
  return `${system} for ${purpose}: ${change} ${contract}${path}  ${from} -> ${to}`;
}

function rightLine({ system, purpose, contract, change, of }: RightChange): string {
  return `${system} for ${purpose}: ${change} ${contract} ${of}`.trimEnd();
}
