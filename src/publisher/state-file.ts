import { readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { isJsonObject, type JsonValue } from '../domain/json.ts';
import { parseStrictJson } from '../domain/strict-json.ts';
import { type Checkpoint, parseCheckpoint } from '../transparency/checkpoint.ts';
import { type FrontierState, openFrontier } from '../transparency/frontier.ts';
import { isSameHash } from '../transparency/hashes.ts';
import { type NoteVerifier, parseVerifierKey } from '../transparency/note-keys.ts';
import { openNote } from '../transparency/signed-note.ts';
import { makeFolder, replaceFile, syncFolder } from './durable-file.ts';
import { PublisherRefusal } from './refusal.ts';

/** What a publisher last signed, and all that it needs to sign more. */
export interface PublisherState extends FrontierState {
  /** With the signature of the log only; undefined while nothing was signed yet. */
  readonly note: string | undefined;
}

export interface StateFile {
  current(): PublisherState;
  /** Once this resolves it lasts, whatever happens to the machine. Nothing that was signed may leave before. */
  save(state: PublisherState): Promise<void>;
}

const VERSION = 1;
const EMPTY: PublisherState = { size: 0, nodes: [], note: undefined };
const RECOVERY =
  'Nothing is signed without it: by the database alone a fork cannot be told from the log. Put the file back if there is a copy that is certainly the newest; otherwise begin a new epoch (README.md, “Publish the ledger”).';

/**
 * The state that a publisher of this key left behind.
 * @throws PublisherRefusal `state-unusable` if it is gone, torn, or another log’s
 */
export async function openStateFile(path: string, vkey: string): Promise<StateFile> {
  const verifier = parseVerifierKey(vkey);
  const content = await readFile(path).catch(() => undefined);
  if (content === undefined) throw unusable(path, 'is not there, or cannot be read');
  const state = stateOf(content, verifier);
  if (state === undefined) throw unusable(path, `is damaged, or not of the log ${verifier.name}`);
  return stateFile(path, verifier, state);
}

/**
 * The state of a log of which nothing was signed yet.
 * @throws PublisherRefusal `state-unusable` if there is one already
 */
export async function beginStateFile(path: string, vkey: string): Promise<void> {
  const there = await readFile(path).then(
    () => true,
    (error: NodeJS.ErrnoException) => error.code !== 'ENOENT',
  );
  if (there)
    throw new PublisherRefusal('state-unusable', `There is a state in ${path} already; it is not begun twice.`);
  await stateFile(path, parseVerifierKey(vkey), EMPTY).save(EMPTY);
}

function stateFile(path: string, verifier: NoteVerifier, first: PublisherState): StateFile {
  let state = first;
  return {
    current: () => state,
    save: async (next) => {
      const touched = await makeFolder(dirname(path));
      await replaceFile(path, formatState(next, verifier));
      for (const folder of new Set([...touched, dirname(path)])) await syncFolder(folder);
      state = next;
    },
  };
}

function formatState({ size, nodes, note = '' }: PublisherState, { name }: NoteVerifier): string {
  const hashes = nodes.map((node) => Buffer.from(node).toString('hex'));
  return `${JSON.stringify({ version: VERSION, origin: name, size, nodes: hashes, note })}\n`;
}

/** Undefined for whatever this log did not write: the signature is over the root, and the root over the nodes. */
function stateOf(content: Uint8Array, verifier: NoteVerifier): PublisherState | undefined {
  try {
    const value = parseStrictJson(content);
    if (!isJsonObject(value) || value['version'] !== VERSION || value['origin'] !== verifier.name) return undefined;
    const { size, nodes, note } = value;
    if (typeof size !== 'number' || typeof note !== 'string') return undefined;
    const frontier = openFrontier({ size, nodes: hashesOf(nodes) });
    if (size === 0) return note === '' ? EMPTY : undefined;
    const checkpoint = signedCheckpoint(note, verifier);
    const fits = checkpoint.size === size && isSameHash(checkpoint.root, frontier.root());
    return fits ? { size, nodes: frontier.nodes(), note } : undefined;
  } catch {
    return undefined;
  }
}

/** @throws NoteError if it is not this log’s */
export function signedCheckpoint(note: string, verifier: NoteVerifier): Checkpoint {
  const checkpoint = parseCheckpoint(openNote(note, [verifier]).text);
  if (checkpoint.origin !== verifier.name) throw new TypeError('the checkpoint is of another origin than its key');
  return checkpoint;
}

function hashesOf(nodes: JsonValue | undefined): readonly Uint8Array[] {
  if (!Array.isArray(nodes)) return [];
  return nodes.map((node: JsonValue) => Buffer.from(typeof node === 'string' ? node : '', 'hex'));
}

function unusable(path: string, what: string): PublisherRefusal {
  return new PublisherRefusal('state-unusable', `The state file ${path} ${what}. ${RECOVERY}`);
}
