import { parseArgs } from 'node:util';
import { believeCheckpoint } from '../auditor/believe-checkpoint.ts';
import { isHex } from '../auditor/hex.ts';
import { readCanonical } from '../auditor/read-canonical.ts';
import { pruneRecordOf } from '../auditor/register.ts';
import { readTrustPolicy } from '../config/trust-policy-file.ts';
import type { Pruning } from '../domain/pruning.ts';
import type { LedgerArchive } from '../ledger/export-format.ts';
import { ledgerArchive } from '../store/ledger-archive.ts';
import { prunable, pruner } from '../store/pruning.ts';
import type { Checkpoint } from '../transparency/checkpoint.ts';
import { leafHash } from '../transparency/hashes.ts';
import { consistencyProof, inclusionProof } from '../transparency/prove.ts';
import type { TrustPolicy } from '../transparency/trust-policy.ts';
import { verifyConsistency, verifyInclusion } from '../transparency/verify-proof.ts';
import { type Command, EXIT, type Shell, UsageError } from './command.ts';
import { type CommandDatabases, withDatabases } from './control-database.ts';
import { digestOfFile } from './prune-bundle.ts';

export const ledgerPruneDrop: Command = {
  usage: 'shuqiao ledger prune drop --export FILE --policy FILE',
  summary:
    'Takes out the entries that an entry of the ledger says are to go, once a checkpoint that satisfies the trust policy covers it. Can be run again after anything. Exit: 2 if it is too early or the ledger is too busy.',
  errorExit: EXIT.failed,
  run: async (args, shell) => {
    const options = { export: { type: 'string' }, policy: { type: 'string' } } as const;
    const { values } = parseArgs({ args: [...args], options });
    if (values.export === undefined || values.policy === undefined) throw new UsageError();
    const policy = readTrustPolicy(values.policy);
    const digest = await digestOfFile(values.export);
    return await withDatabases(shell, async (databases) => {
      const pruning = await prunable(databases.control).last();
      if (pruning === undefined) throw new Error('No entry says that anything is to go: shuqiao ledger prune record.');
      const archive = ledgerArchive(databases.control);
      const record = await recordOf(archive, pruning);
      if (record.exportDigest !== digest)
        throw new Error(`Entry ${pruning.by} names another export, of SHA-256 ${record.exportDigest}.`);
      if (pruning.finished) return done(shell, pruning);
      const checkpoint = await coveringCheckpoint(archive, policy, pruning);
      if (checkpoint === undefined) {
        shell.err(`No checkpoint that satisfies the trust policy covers entry ${pruning.by} yet. Nothing was done.\n`);
        return EXIT.incomplete;
      }
      const check = async (): Promise<void> => await refuseUnlessProven(archive, record, { pruning, checkpoint });
      await check();
      return (await takeOut(databases, pruning, check)) ? done(shell, pruning) : busy(shell);
    });
  },
};

function done({ out }: Shell, { upto, by }: Pruning): number {
  out(`PRUNED [0,${upto}) by entry #${by}.\n`);
  return EXIT.ok;
}

function busy({ err }: Shell): number {
  err('The ledger was too busy to take its partitions out. Run this again.\n');
  return EXIT.incomplete;
}

/** @returns false if the ledger was too busy */
async function takeOut(
  databases: CommandDatabases,
  { by, dropped }: Pruning,
  check: () => Promise<void>,
): Promise<boolean> {
  return await databases.withPrune(async (prune) => {
    const { forgetAside, drop, finish } = pruner(prune);
    if (!dropped) {
      await forgetAside(by);
      if (!(await drop(by))) return false;
    }
    // By what is left, before the last of it goes.
    await check();
    await finish(by, databases.subjectKeys !== undefined);
    await check();
    return true;
  });
}

interface Recorded {
  readonly text: string;
  readonly root: string;
  readonly exportDigest: string;
}

async function recordOf(archive: LedgerArchive, { by, upto }: Pruning): Promise<Recorded> {
  for await (const { entry: text } of archive.rows(by + 1, by)) {
    const entry = readCanonical(text);
    const record = entry && pruneRecordOf(entry, { by, to: upto });
    const exportDigest = entry?.['exportDigest'];
    if (record !== undefined && isHex(exportDigest)) return { text, root: record.root, exportDigest };
  }
  throw new Error(`Entry ${by} does not say that the entries before ${upto} go.`);
}

async function coveringCheckpoint(
  archive: LedgerArchive,
  policy: TrustPolicy,
  { by }: Pruning,
): Promise<Checkpoint | undefined> {
  const newest = await archive.checkpoint();
  const belief = newest && believeCheckpoint(newest.note, policy);
  return belief?.kind === 'signed' && belief.satisfied && belief.checkpoint.size > by ? belief.checkpoint : undefined;
}

/** What is kept has to prove what is said of what goes. @throws Error */
async function refuseUnlessProven(
  archive: LedgerArchive,
  { text, root: recorded }: Recorded,
  { pruning: { by, upto }, checkpoint: { size, root } }: { readonly pruning: Pruning; readonly checkpoint: Checkpoint },
): Promise<void> {
  const reader = archive.hashes(size);
  const leaf = leafHash(Buffer.from(text, 'utf8'));
  const isThere = verifyInclusion({ index: by, size, leaf, root, proof: await inclusionProof(reader, by, size) });
  const proof = await consistencyProof(reader, upto, size);
  const fromRoot = Buffer.from(recorded, 'hex');
  if (!isThere || !verifyConsistency({ from: upto, to: size, fromRoot, toRoot: root, proof }))
    throw new Error(`The ledger does not lead to its checkpoint of ${size} entries: verify it first.`);
}
