import { parseArgs } from 'node:util';
import { readTrustPolicy } from '../config/trust-policy-file.ts';
import { objectOf } from '../ledger/object-of.ts';
import { loadRetention, type Retention } from '../policy/load-retention.ts';
import { ledgerArchive } from '../store/ledger-archive.ts';
import { prunable, pruner } from '../store/pruning.ts';
import { rootAt } from '../transparency/prove.ts';
import { type Command, EXIT, UsageError } from './command.ts';
import type { CommandDatabases } from './control-database.ts';
import { type PruneBundle, readPruneBundle } from './prune-bundle.ts';
import { RETENTION_OPTION } from './retention-option.ts';
import { type SubjectAccess, withSubjects, wordsFrom } from './subject-access.ts';

export const ledgerPruneRecord: Command = {
  usage:
    'shuqiao ledger prune record --export FILE --policy FILE [--retention FILE] --approver WHO --approver WHO --officer WHO',
  summary:
    'Enters that the entries of an export are taken out of the ledger: once they are past their time, whole partitions, and the export is verified. Nothing goes yet.',
  errorExit: EXIT.failed,
  run: async (args, shell) => {
    const options = {
      ...RETENTION_OPTION,
      export: { type: 'string' },
      policy: { type: 'string' },
      approver: { type: 'string', multiple: true },
      officer: { type: 'string' },
    } as const;
    const { values } = parseArgs({ args: [...args], options });
    const { export: file, policy, approver = [] } = values;
    if (file === undefined || policy === undefined) throw new UsageError();
    const [first, second, ...others] = approver.map(wordsFrom);
    if (first === undefined || second === undefined || others.length > 0) throw new UsageError();
    if (alike(first) === alike(second)) throw new Error('Two different people approve that.');
    const words = { firstApprover: first, secondApprover: second, recordedBy: wordsFrom(values.officer) };
    const retention = loadRetention(values.retention);
    const bundle = await readPruneBundle(file, readTrustPolicy(policy));
    return await withSubjects(shell, async (access) => {
      await refuseUnlessDue(access.databases, bundle, retention);
      const { by, known } = await enter(access, { bundle, retention, words });
      shell.out(
        `Entry ${by} ${known ? 'recorded before' : 'records'} that the ${bundle.told.size} entries before ${bundle.told.size} go. ` +
          'When a checkpoint that is witnessed covers it: shuqiao ledger prune drop.\n',
      );
      return EXIT.ok;
    });
  },
};

/** However they were typed: full width, capitals. */
function alike(name: string): string {
  return name.normalize('NFKC').toLowerCase();
}

async function refuseUnlessDue(
  { control }: CommandDatabases,
  { told, newest }: PruneBundle,
  retention: Retention,
): Promise<void> {
  const archive = ledgerArchive(control);
  const ledger = prunable(control);
  const size = await ledger.partitionSize();
  if (told.size % size !== 0)
    throw new Error(`Only whole partitions of ${size} entries go, and the export ends at ${told.size}.`);
  const last = await ledger.last();
  if (last?.dropped === true && last.upto >= told.size)
    throw new Error(`The entries before ${last.upto} are gone, as entry ${last.by} says.`);
  const begins = await archive.begins();
  if (told.from !== begins)
    throw new Error(`The export begins at entry ${told.from}, and the ledger at ${begins}: export it again.`);
  const root = Buffer.from(await rootAt(archive.hashes(told.size), told.size)).toString('hex');
  if (root !== told.root) throw new Error('The export is not one of this ledger.');
  const recorded = await ledger.newestAt(begins, told.size);
  // The entries say when they were, and so does the database: the later counts.
  if (recorded === undefined || !retention.isOver(Math.max(recorded, Date.parse(newest)), Date.now()))
    throw new Error(`The newest of these entries is of ${newest}: ${retention.id} keeps it still.`);
}

interface Recording {
  readonly bundle: PruneBundle;
  readonly retention: Retention;
  readonly words: Readonly<Record<string, string>>;
}

async function enter(
  { databases, entry }: SubjectAccess,
  { bundle: { digest, told, newest }, retention, words }: Recording,
): Promise<{ readonly by: number; readonly known: boolean }> {
  const made = await entry({
    kind: 'prune',
    words,
    shape: ({ firstApprover = '', secondApprover = '', recordedBy = '' }) => ({
      approvers: [firstApprover, secondApprover],
      recordedBy,
    }),
    details: {
      from: 0,
      to: told.size,
      count: told.size,
      root: told.root,
      newest,
      policy: retention.id,
      policyDigest: retention.digest,
      exportDigest: digest,
    },
  });
  const { index, known } = await databases.withPrune(
    async (prune) => await pruner(prune).enter(made.entry, made.aside),
  );
  for await (const row of ledgerArchive(databases.control).rows(index + 1, index))
    if (objectOf(row.entry)?.['exportDigest'] !== digest)
      throw new Error(`Entry ${index} recorded that before, with another export. Use the one that it names.`);
  return { by: index, known };
}
