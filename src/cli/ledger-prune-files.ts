import { existsSync } from 'node:fs';
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { believeCheckpoint } from '../auditor/believe-checkpoint.ts';
import { readCanonical } from '../auditor/read-canonical.ts';
import { pruneRecordOf } from '../auditor/register.ts';
import { openFolder, type TileFolder } from '../auditor/tile-folder.ts';
import { readTrustPolicy } from '../config/trust-policy-file.ts';
import type { Checkpoint } from '../transparency/checkpoint.ts';
import { leafHash } from '../transparency/hashes.ts';
import { consistencyProof, inclusionProof } from '../transparency/prove.ts';
import { entriesPath, TILE_WIDTH, tilePath } from '../transparency/tile.ts';
import type { TrustPolicy } from '../transparency/trust-policy.ts';
import { verifyConsistency, verifyInclusion } from '../transparency/verify-proof.ts';
import { type Command, EXIT, UsageError } from './command.ts';
import { type PruneBundle, readPruneBundle } from './prune-bundle.ts';

export const ledgerPruneFiles: Command = {
  usage: 'shuqiao ledger prune files --dir DIR --record INDEX --export FILE --policy FILE',
  summary:
    'Takes the tiles and entry bundles of pruned entries out of a folder of the publisher, as C2SP tlog-tiles lets them go. It believes the export and the entry that records it in that folder, and asks no database.',
  errorExit: EXIT.failed,
  run: async (args, shell) => {
    const options = {
      dir: { type: 'string' },
      record: { type: 'string' },
      export: { type: 'string' },
      policy: { type: 'string' },
    } as const;
    const { values } = parseArgs({ args: [...args], options });
    const { dir, record = '', export: file, policy: trust } = values;
    const isIndex = /^(?:0|[1-9]\d{0,14})$/.test(record);
    if (dir === undefined || !isIndex || file === undefined || trust === undefined) throw new UsageError();
    const policy = readTrustPolicy(trust);
    const bundle = await readPruneBundle(file, policy);
    const checkpoint = await checkpointOf(dir, policy);
    const folder = openFolder(async (path) => await readIfThere(join(dir, path)), checkpoint.size);
    const by = Number(record);
    await refuseUnlessRecorded(folder, bundle, { by, checkpoint });
    let removed = 0;
    for (const path of prunedPaths(bundle.told.size)) {
      if (!existsSync(join(dir, path))) continue;
      await rm(join(dir, path));
      removed += 1;
    }
    await refuseUnlessRecorded(folder, bundle, { by, checkpoint });
    shell.out(`${removed} files are gone; the folder begins at entry ${bundle.told.size}.\n`);
    return EXIT.ok;
  },
};

async function checkpointOf(dir: string, policy: TrustPolicy): Promise<Checkpoint> {
  const belief = believeCheckpoint(await readFile(join(dir, 'checkpoint'), 'utf8'), policy);
  if (belief.kind === 'signed' && belief.satisfied) return belief.checkpoint;
  throw new Error('The checkpoint of the folder does not satisfy the trust policy.');
}

async function readIfThere(file: string): Promise<Uint8Array | undefined> {
  try {
    return await readFile(file);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}

/** @throws Error if the entry is none of the folder's log, or says something else of the export */
async function refuseUnlessRecorded(
  folder: TileFolder,
  { digest, told }: PruneBundle,
  { by, checkpoint: { size, root } }: { readonly by: number; readonly checkpoint: Checkpoint },
): Promise<void> {
  const bytes = by < size ? (await folder.bundle(Math.floor(by / TILE_WIDTH)))?.[by % TILE_WIDTH] : undefined;
  const entry = bytes && readCanonical(Buffer.from(bytes).toString('utf8'));
  const record = entry && pruneRecordOf(entry, { by, to: told.size });
  if (bytes === undefined || record?.root !== told.root || entry?.['exportDigest'] !== digest)
    throw new Error(`Entry ${by} of the folder does not say that the entries of this export go.`);
  const proof = await inclusionProof(folder.hashes, by, size);
  const goesOn = await consistencyProof(folder.hashes, told.size, size);
  const fromRoot = Buffer.from(told.root, 'hex');
  if (
    !verifyInclusion({ index: by, size, leaf: leafHash(bytes), root, proof }) ||
    !verifyConsistency({ from: told.size, to: size, fromRoot, toRoot: root, proof: goesOn })
  )
    throw new Error('The folder does not lead to its checkpoint: verify it first.');
}

/** C2SP tlog-tiles: full tiles and bundles whose end is not behind the minimum index. */
function* prunedPaths(minimum: number): Generator<string> {
  for (let level = 0; TILE_WIDTH ** (level + 1) <= minimum; level += 1) {
    for (let index = 0; (index + 1) * TILE_WIDTH ** (level + 1) <= minimum; index += 1) {
      yield tilePath(level, index);
      if (level === 0) yield entriesPath(index);
    }
  }
}
