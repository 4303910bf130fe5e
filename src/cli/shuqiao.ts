#!/usr/bin/env node
import { readEnvironment } from '../config/env.ts';
import { errorName } from '../telemetry/log.ts';
import { type Command, EXIT, type Shell, UsageError } from './command.ts';

/** Every command, by the words that call it; only the one that is called is loaded. */
const COMMANDS: ReadonlyMap<string, () => Promise<Command>> = new Map([
  ['ledger verify', async () => (await import('./ledger-verify.ts')).ledgerVerify],
  ['ledger publish', async () => (await import('./ledger-publish.ts')).ledgerPublish],
  ['ledger serve', async () => (await import('./ledger-serve.ts')).ledgerServe],
  ['ledger epoch', async () => (await import('./ledger-epoch.ts')).ledgerEpoch],
  ['ledger proof', async () => (await import('./ledger-proof.ts')).ledgerProof],
  ['ledger export', async () => (await import('./ledger-export.ts')).ledgerExport],
  ['witness', async () => (await import('./witness.ts')).witness],
  ['witness admit', async () => (await import('./witness.ts')).witnessAdmit],
  ['ledger timestamp', async () => (await import('./ledger-timestamp.ts')).ledgerTimestamp],
  ['ledger timestamp verify', async () => (await import('./ledger-timestamp.ts')).ledgerTimestampVerify],
  ['ledger find', async () => (await import('./ledger-find.ts')).ledgerFind],
  ['ledger reveal', async () => (await import('./ledger-reveal.ts')).ledgerReveal],
  ['ledger shred', async () => (await import('./ledger-shred.ts')).ledgerShred],
  ['ledger prune plan', async () => (await import('./ledger-prune-plan.ts')).ledgerPrunePlan],
  ['ledger prune record', async () => (await import('./ledger-prune-record.ts')).ledgerPruneRecord],
  ['ledger prune drop', async () => (await import('./ledger-prune-drop.ts')).ledgerPruneDrop],
  ['ledger prune files', async () => (await import('./ledger-prune-files.ts')).ledgerPruneFiles],
  ['answer open', async () => (await import('./answer-open.ts')).answerOpen],
  ['contract diff', async () => (await import('./contract-diff.ts')).contractDiff],
  ['contract lint', async () => (await import('./contract-lint.ts')).contractLint],
  ['policy lint', async () => (await import('./policy-lint.ts')).policyLint],
  ['policy test', async () => (await import('./policy-test.ts')).policyTest],
  ['policy explain', async () => (await import('./policy-explain.ts')).policyExplain],
  ['policy simulate', async () => (await import('./policy-simulate.ts')).policySimulate],
  ['policy diff', async () => (await import('./policy-diff.ts')).policyDiff],
  ['policy schema', async () => (await import('./policy-documents.ts')).policySchema],
  ['policy openapi', async () => (await import('./policy-documents.ts')).policyOpenApi],
  ['break-glass open', async () => (await import('./break-glass.ts')).breakGlassOpen],
  ['break-glass close', async () => (await import('./break-glass.ts')).breakGlassClose],
  ['break-glass list', async () => (await import('./break-glass.ts')).breakGlassList],
  ['freeze add', async () => (await import('./freeze.ts')).freezeAdd],
  ['freeze lift', async () => (await import('./freeze.ts')).freezeLift],
  ['freeze list', async () => (await import('./freeze.ts')).freezeList],
  ['database guard', async () => (await import('./database-guard.ts')).databaseGuard],
  ['database migrate', async () => (await import('./database-migrate.ts')).databaseMigrate],
  ['key generate', async () => (await import('./key-rotate.ts')).keyGenerate],
  ['key import', async () => (await import('./key-import.ts')).keyImport],
  ['key rotate', async () => (await import('./key-rotate.ts')).keyRotate],
  ['key rewrap', async () => (await import('./key-rewrap.ts')).keyRewrap],
  ['key list', async () => (await import('./key-list.ts')).keyList],
  ['note-key generate', async () => (await import('./note-key-generate.ts')).noteKeyGenerate],
  ['source open', async () => (await import('./source-order.ts')).sourceOpen],
  ['source reset', async () => (await import('./source-order.ts')).sourceReset],
  ['system key add', async () => (await import('./system-key-add.ts')).systemKeyAdd],
  ['system key withdraw', async () => (await import('./system-key-withdraw.ts')).systemKeyWithdraw],
  ['system key list', async () => (await import('./system-key-list.ts')).systemKeyList],
]);

async function main(args: readonly string[], shell: Shell): Promise<number> {
  const words = wordsOf(args);
  const load = COMMANDS.get(args.slice(0, words).join(' '));
  if (load === undefined) {
    const asked = args.length === 0 || args[0] === '--help' || args[0] === 'help';
    (asked ? shell.out : shell.err)(await help());
    return asked ? EXIT.ok : EXIT.incomplete;
  }
  const command = await load();
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
  return [3, 2, 1].find((count) => COMMANDS.has(args.slice(0, count).join(' '))) ?? 0;
}

/** Node gives the error of a name with two addresses no message of its own. */
function describe(error: unknown): string {
  return error instanceof Error && error.message !== '' ? error.message : errorName(error);
}

async function help(): Promise<string> {
  const commands = await Promise.all([...COMMANDS.values()].map(async (load) => await load()));
  return `Shuqiao 数桥\n\n${commands.map(({ usage, summary }) => `  ${usage}\n      ${summary}\n`).join('')}`;
}

const shell: Shell = {
  environment: readEnvironment(),
  out: (text) => process.stdout.write(text),
  err: (text) => process.stderr.write(text),
  stdin: process.stdin,
};
process.exitCode = await main(process.argv.slice(2), shell);
