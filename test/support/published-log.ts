import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { canonicalJson } from '../../src/domain/canonical-json.ts';
import type { Witnesses } from '../../src/domain/witnesses.ts';
import { createPublisher, type Publisher, type PublisherNeeds } from '../../src/publisher/publisher.ts';
import { beginStateFile, openStateFile, signedCheckpoint } from '../../src/publisher/state-file.ts';
import { staticLog } from '../../src/publisher/static-log.ts';
import { logSource } from '../../src/store/log-source.ts';
import type { Databases } from '../../src/store/open-databases.ts';
import { pgDatabase } from '../../src/store/pg-database.ts';
import { readEntryBundle } from '../../src/transparency/entry-bundle.ts';
import { leafHash } from '../../src/transparency/hashes.ts';
import { generateSignerKey, parseSignerKey, parseVerifierKey } from '../../src/transparency/note-keys.ts';
import { rootAt } from '../../src/transparency/prove.ts';
import { entriesPath, tileHashReader, tilePath, tilesOf } from '../../src/transparency/tile.ts';
import { entryNumber } from './ledger.ts';

export interface LogKey {
  readonly skey: string;
  readonly vkey: string;
}

export function logKey(epoch = 1): LogKey {
  return generateSignerKey(`ledger.gateway.example/${epoch}`, 'ed25519');
}

/** Entries number `from` up to `from + count`, in one batch. */
export async function appendLogged(
  { exchange }: Pick<Databases, 'exchange'>,
  from: number,
  count: number,
): Promise<void> {
  const items = Array.from({ length: count }, (_, at) => ({
    entry: canonicalJson({ ...entryNumber(from + at), exchange: uuidOf(from + at) }),
  }));
  await exchange.query('select * from ledger.append($1)', [JSON.stringify(items)]);
}

export function uuidOf(number: number): string {
  return `00000000-0000-7000-8000-${String(number).padStart(12, '0')}`;
}

export interface OpenedPublisher extends Publisher {
  close(): Promise<void>;
}

export const NEVER = new AbortController().signal;

/** In this process, on a database that a login may take the role of the publisher of. */
export async function openPublisher(
  folder: string,
  {
    url,
    key,
    ...rest
  }: Partial<PublisherNeeds> & { readonly url: string; readonly key: LogKey; readonly begin?: boolean },
): Promise<OpenedPublisher> {
  const stateFile = join(folder, 'state', 'publisher.json');
  if (rest.begin === true) await beginStateFile(stateFile, key.vkey);
  const database = pgDatabase({ url, role: 'publisher', maxConnections: 1, statementTimeoutMs: 5000 });
  const witnesses: Witnesses = { cosign: async () => await Promise.resolve([]) };
  const publisher = createPublisher({
    log: logSource(database),
    state: await openStateFile(stateFile, key.vkey),
    folder: staticLog(join(folder, 'static'), key.vkey),
    signer: parseSignerKey(key.skey),
    standbys: { count: 0, names: [] },
    witnesses,
    isWitnessed: () => true,
    observer: { headSeen: () => {}, waiting: () => {}, signed: () => {} },
    ...rest,
  });
  let closing: Promise<void> | undefined;
  return {
    round: async (signal) => {
      for (let tries = 0; ; tries += 1) {
        const result = await publisher.round(signal);
        // The server may still be letting go of the one that was closed before.
        if (result !== 'not-alone' || tries === 20) return result;
        await setTimeout(20);
      }
    },
    close: async () => await (closing ??= database.close()),
  };
}

export async function checkpointIn(folder: string): Promise<string> {
  return await readFile(join(folder, 'static', 'checkpoint'), 'utf8');
}

/**
 * All that an auditor looks at: the signature, the root out of the tiles, every entry against its leaf.
 * @returns the size and the entries
 */
export async function auditFolder(
  folder: string,
  { vkey }: Pick<LogKey, 'vkey'>,
): Promise<{ readonly size: number; readonly root: Uint8Array; readonly entries: readonly string[] }> {
  const read = async (path: string): Promise<Uint8Array> => await readFile(join(folder, 'static', path));
  const { size, root } = signedCheckpoint(await checkpointIn(folder), parseVerifierKey(vkey));
  const reader = tileHashReader(size, async ({ level, index, width }) => await read(tilePath(level, index, width)));
  if (!Buffer.from(await rootAt(reader, size)).equals(root)) throw new Error('the tiles give another root');
  const entries: string[] = [];
  for (const { level, index, width } of tilesOf(size)) {
    const tile = await read(tilePath(level, index, width));
    if (level > 0) continue;
    const bundle = readEntryBundle(await read(entriesPath(index, width)));
    if (!Buffer.concat(bundle.map(leafHash)).equals(tile)) throw new Error(`bundle ${index} is not of its tile`);
    entries.push(...bundle.map((entry) => Buffer.from(entry).toString('utf8')));
  }
  return { size, root, entries };
}
