import { setTimeout } from 'node:timers/promises';
import type { LogHead, LogSource } from '../domain/log-source.ts';
import type { Witnesses } from '../domain/witnesses.ts';
import { formatCheckpoint } from '../transparency/checkpoint.ts';
import { type Frontier, openFrontier } from '../transparency/frontier.ts';
import { isSameHash, leafHash } from '../transparency/hashes.ts';
import type { NoteSigner } from '../transparency/note-keys.ts';
import { consistencyProof, rootAt } from '../transparency/prove.ts';
import { formatNote, signNote } from '../transparency/signed-note.ts';
import { beginAt } from './beginning.ts';
import { readEpochStatement } from './epoch-statement.ts';
import { parseOrigin } from './origin.ts';
import { PublisherRefusal } from './refusal.ts';
import type { PublisherState, StateFile } from './state-file.ts';
import { alignedTo, type StaticLog } from './static-log.ts';

/** What becomes of a look at the log. Only `published` and `unchanged` leave nothing to be done. */
export type RoundResult = 'published' | 'unchanged' | 'not-alone' | 'not-witnessed' | 'stopped';

export interface Standbys {
  readonly count: number;
  readonly names: readonly string[];
}

export interface PublisherObserver {
  headSeen(size: number): void;
  /** Whether what is about to be signed waits for standbys. */
  waiting(isWaiting: boolean): void;
  signed(size: number): void;
}

export interface PublisherNeeds {
  readonly log: LogSource;
  readonly state: StateFile;
  readonly folder: StaticLog;
  readonly signer: NoteSigner;
  readonly standbys: Standbys;
  readonly witnesses: Witnesses;
  /** Whether the signatures of a note satisfy the trust policy; only then is it published. */
  readonly isWitnessed: (note: string) => boolean;
  readonly observer: PublisherObserver;
}

export interface Publisher {
  /**
   * Looks at the log once, and publishes what it grew by. Never two at a time.
   * @throws PublisherRefusal if the log is not a continuation of what was signed; whatever else is thrown may pass
   */
  round(signal: AbortSignal): Promise<RoundResult>;
}

const POLL_MS = 50;

/**
 * Signs what the database says only as far as it has seen for itself that it continues what it signed before. The order
 * is what keeps a crash from doing harm: durable elsewhere, signed and remembered, tiles, witnesses, checkpoint, database.
 */
export function createPublisher(needs: PublisherNeeds): Publisher {
  const { log, state, observer } = needs;
  // Partial tiles of the checkpoint before the last, which somebody may still be reading.
  let outdated: { readonly smaller: number; readonly larger: number } | undefined;
  return {
    round: async (signal) => {
      const head = await log.head();
      if (head === undefined) return 'not-alone';
      observer.headSeen(head.size);
      const published = await publishedSizes(needs);
      refuseToGoBack(needs, head, published);
      if (head.size > state.current().size && !(await signGrowth(needs, head, signal))) return 'stopped';
      const { size, note } = state.current();
      if (note === undefined || (published.folder === size && published.database === size)) return 'unchanged';
      if (published.folder < size) {
        const cosigned = await witnessed(needs, published.folder);
        if (cosigned === undefined) return 'not-witnessed';
        await needs.folder.replaceCheckpoint(cosigned);
        if (outdated !== undefined) await needs.folder.tidy(outdated.smaller, outdated.larger);
        outdated = { smaller: published.folder, larger: size };
        await log.storeCheckpoint({ size, note: cosigned });
      } else await log.storeCheckpoint({ size, note: (await needs.folder.checkpoint()) ?? note });
      return 'published';
    },
  };
}

interface PublishedSizes {
  readonly folder: number;
  /** Of this origin; what an earlier origin published is not ours. */
  readonly database: number;
}

async function publishedSizes({ log, folder, signer }: PublisherNeeds): Promise<PublishedSizes> {
  const latest = await log.latestCheckpoint();
  const isOurs = latest?.note.startsWith(`${signer.name}\n`) === true;
  return { folder: await folder.publishedSize(), database: isOurs ? latest.size : 0 };
}

function refuseToGoBack({ state }: PublisherNeeds, head: LogHead, published: PublishedSizes): void {
  const signed = state.current();
  if (Math.max(published.folder, published.database) > signed.size)
    throw new PublisherRefusal(
      'state-behind',
      `More was published than the ${signed.size} entries that the state knows of: it is an old copy.`,
    );
  if (head.size < signed.size)
    throw new PublisherRefusal('shrunk', `The log has ${head.size} entries; ${signed.size} are signed.`);
  if (head.size === signed.size && !isSameHash(openFrontier(signed).root(), head.root))
    throw new PublisherRefusal('diverged', `The log of ${head.size} entries has another root than the one signed.`);
}

/** @returns false if it was to stop before what it would sign was durable */
async function signGrowth(needs: PublisherNeeds, head: LogHead, signal: AbortSignal): Promise<boolean> {
  const { state, signer, observer } = needs;
  const frontier = await grow(needs, head.size);
  const root = frontier.root();
  if (!isSameHash(root, head.root))
    throw new PublisherRefusal('diverged', `The entries up to ${head.size} give another root than the head has.`);
  if (!(await isDurable(needs, head.position, signal))) return false;
  const text = formatCheckpoint({ origin: signer.name, size: head.size, root, extensions: [] });
  const note = formatNote({ text, signatures: [signNote(text, signer)] });
  const next: PublisherState = { size: head.size, nodes: frontier.nodes(), note };
  await state.save(next);
  observer.signed(head.size);
  return true;
}

/** The tree that was signed with the entries behind it, hashed here. */
async function grow({ log, state, signer }: PublisherNeeds, size: number): Promise<Frontier> {
  const signed = state.current();
  const { frontier, see, close } = await beginAt(signed, log);
  let isStated = signed.size > 0 || parseOrigin(signer.name)?.epoch === 1;
  for await (const { index, entry } of log.entries(frontier.size, size)) {
    if (index !== frontier.size)
      throw new PublisherRefusal('entry-missing', `There is no entry ${frontier.size} of the ${size} there should be.`);
    const statement = readEpochStatement(entry);
    if (statement?.origin === signer.name) isStated = true;
    see(entry);
    if (statement?.previous.startsWith(`${signer.name}\n`) === true)
      throw new PublisherRefusal(
        'epoch-ended',
        `Entry ${index} says that ${signer.name} goes on under another origin.`,
      );
    frontier.append(leafHash(entry));
  }
  if (frontier.size !== size)
    throw new PublisherRefusal('entry-missing', `There are ${frontier.size} entries; the head says ${size}.`);
  if (!isStated)
    throw new PublisherRefusal('epoch-unstated', `No entry says that ${signer.name} begins: shuqiao ledger epoch.`);
  close();
  return frontier;
}

async function isDurable(
  { log, standbys, observer }: PublisherNeeds,
  position: string,
  signal: AbortSignal,
): Promise<boolean> {
  if (standbys.count === 0) return true;
  try {
    while (!signal.aborted) {
      const flushed = new Set(await log.standbysAt(position));
      if (standbys.names.filter((name) => flushed.has(name)).length >= standbys.count) return true;
      observer.waiting(true);
      await setTimeout(POLL_MS, undefined, { signal }).catch(() => {});
    }
    return false;
  } finally {
    observer.waiting(false);
  }
}

/** @returns the note with the signatures of the witnesses, or undefined if they are not enough */
async function witnessed(needs: PublisherNeeds, since: number): Promise<string | undefined> {
  const { log, folder, state, witnesses } = needs;
  const { size, note = '', nodes } = state.current();
  const begins = await log.begins();
  // A folder that is filled again begins where the ledger does.
  if (since < begins)
    await folder.write({ since: begins, size, entries: bytesOf(log.entries(begins, size)), kept: log.tileRoots });
  else await folder.write({ since, size, entries: bytesOf(log.entries(alignedTo(since), size)) });
  const reader = folder.reader(size);
  if (!isSameHash(await rootAt(reader, size), openFrontier({ size, nodes }).root()))
    throw new PublisherRefusal('folder-diverged', 'The tiles in the folder give another root than the one signed.');
  const lines = await witnesses.cosign(note, async (from) => await consistencyProof(reader, from, size));
  const cosigned = `${note}${lines.join('')}`;
  return needs.isWitnessed(cosigned) ? cosigned : undefined;
}

async function* bytesOf(entries: ReturnType<LogSource['entries']>): AsyncGenerator<Uint8Array> {
  for await (const { entry } of entries) yield entry;
}
