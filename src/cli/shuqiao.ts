#!/usr/bin/env node
import { readEnvironment } from '../config/env.ts';
import { errorName } from '../telemetry/log.ts';
import { answerOpen } from './answer-open.ts';
import { type Command, EXIT, type Shell, UsageError } from './command.ts';
import { contractDiff } from './contract-diff.ts';
import { contractLint } from './contract-lint.ts';
import { databaseMigrate } from './database-migrate.ts';
import { keyImport } from './key-import.ts';
import { keyList } from './key-list.ts';
import { keyRewrap } from './key-rewrap.ts';
import { keyGenerate, keyRotate } from './key-rotate.ts';
import { ledgerExport } from './ledger-export.ts';
import { ledgerVerify } from './ledger-verify.ts';
import { policyDiff } from './policy-diff.ts';
import { policyOpenApi, policySchema } from './policy-documents.ts';
import { policyExplain } from './policy-explain.ts';
import { policyLint } from './policy-lint.ts';
import { policyTest } from './policy-test.ts';
import { systemKeyAdd } from './system-key-add.ts';
import { systemKeyList } from './system-key-list.ts';
import { systemKeyWithdraw } from './system-key-withdraw.ts';

/** Every command, by the words that call it. */
const COMMANDS: ReadonlyMap<string, Command> = new Map([
  ['ledger verify', ledgerVerify],
  ['ledger export', ledgerExport],
  ['answer open', answerOpen],
  ['contract diff', contractDiff],
  ['contract lint', contractLint],
  ['policy lint', policyLint],
  ['policy test', policyTest],
  ['policy explain', policyExplain],
  ['policy diff', policyDiff],
  ['policy schema', policySchema],
  ['policy openapi', policyOpenApi],
  ['database migrate', databaseMigrate],
  ['key generate', keyGenerate],
  ['key import', keyImport],
  ['key rotate', keyRotate],
  ['key rewrap', keyRewrap],
  ['key list', keyList],
  ['system key add', systemKeyAdd],
  ['system key withdraw', systemKeyWithdraw],
  ['system key list', systemKeyList],
]);

async function main(args: readonly string[], shell: Shell): Promise<number> {
  const words = wordsOf(args);
  const command = COMMANDS.get(args.slice(0, words).join(' '));
  if (command === undefined) {
    const asked = args.length === 0 || args[0] === '--help' || args[0] === 'help';
    (asked ? shell.out : shell.err)(help());
    return asked ? EXIT.ok : EXIT.incomplete;
  }
  try {
    return await command.run(args.slice(words), shell);
  } catch (error) {
    const usage =
      error instanceof UsageError ||
      (error instanceof TypeError && 'code' in error && String(error.code).startsWith('ERR_PARSE_ARGS'));
    shell.err(usage ? `usage: ${command.usage}\n` : `${describe(error)}\n`);
    return command.errorExit ?? EXIT.incomplete;
  }
}

/** How many of the arguments are the words of a command. */
function wordsOf(args: readonly string[]): number {
  return [3, 2].find((count) => COMMANDS.has(args.slice(0, count).join(' '))) ?? 0;
}

/** Node gives the error of a name with two addresses no message of its own. */
function describe(error: unknown): string {
  return error instanceof Error && error.message !== '' ? error.message : errorName(error);
}

function help(): string {
  return `Shuqiao 数桥\n\n${[...COMMANDS.values()].map(({ usage, summary }) => `  ${usage}\n      ${summary}\n`).join('')}`;
}

const shell: Shell = {
  environment: readEnvironment(),
  out: (text) => process.stdout.write(text),
  err: (text) => process.stderr.write(text),
  stdin: process.stdin,
};
process.exitCode = await main(process.argv.slice(2), shell);
