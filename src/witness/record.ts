import { randomBytes } from 'node:crypto';
import { link, mkdir, open, readdir, readFile, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/** What keeps a witness from knowing, or from being sure of, what it cosigned last. */
export class RecordError extends Error {
  override readonly name = 'RecordError';
}

/** The newest note that a witness cosigned of one log, in a folder of its own. */
export interface Record {
  newest(): string;
  /**
   * When this resolves, the note is what any process reads that opens the folder, also after the loss of power. When it
   * rejects, it may or may not be: then nothing more is taken until the folder is opened again.
   * @throws RecordError also if another process wrote since this one read
   */
  replace(note: string): Promise<void>;
}

const GENERATION = /^(?:0|[1-9][0-9]{0,14})$/;
const DRAFT = 'draft-';

/**
 * A folder that is not there, or has no note in it, is lost, not new: who began anew would cosign another history.
 * @throws RecordError
 */
export async function openRecord(folder: string): Promise<Record> {
  let generation = await newestIn(folder);
  let note = await readFile(nameOf(folder, generation), 'utf8');
  let inDoubt = false;
  return {
    newest: () => note,
    replace: async (next) => {
      if (inDoubt) throw new RecordError('an earlier write failed; start the witness again to see what is there');
      // Until it has its name it is nothing: a full disk may have room again the next time.
      const draft = await draftOf(folder, next);
      inDoubt = true;
      await name(draft, nameOf(folder, generation + 1));
      await syncFolder(folder);
      // Taken away once only, by who wrote next, and before that one writes again: if it is gone, we were overtaken.
      await takeAway(nameOf(folder, generation));
      generation += 1;
      note = next;
      inDoubt = false;
    },
  };
}

/** @throws Error EEXIST if there is a record already, whatever is in it */
export async function createRecord(folder: string, note: string): Promise<void> {
  await mkdir(dirname(folder), { recursive: true, mode: 0o700 });
  await mkdir(folder, { mode: 0o700 });
  await name(await draftOf(folder, note), nameOf(folder, 0));
  await syncFolder(folder);
  await syncFolder(dirname(folder));
}

/** Every note has a file of its own, named by a number that counts on. */
function nameOf(folder: string, generation: number): string {
  return join(folder, String(generation));
}

/** Beside the others, and on the disk. */
async function draftOf(folder: string, note: string): Promise<string> {
  const draft = join(folder, `${DRAFT}${randomBytes(8).toString('hex')}`);
  try {
    const handle = await open(draft, 'wx', 0o600);
    try {
      await handle.writeFile(note);
      await handle.sync();
    } finally {
      await handle.close();
    }
  } catch (error) {
    await rm(draft, { force: true });
    throw error;
  }
  return draft;
}

/** Renaming would take the place of what another process wrote; of those who link, one is first. */
async function name(draft: string, file: string): Promise<void> {
  try {
    await link(draft, file);
  } catch (error) {
    throw hasCode(error, 'EEXIST') ? overtaken() : error;
  } finally {
    await rm(draft, { force: true });
  }
}

async function newestIn(folder: string): Promise<number> {
  const names = await readdir(folder).catch(() => {
    throw new RecordError('the folder cannot be read');
  });
  const generations = names.filter((name) => GENERATION.test(name)).map(Number);
  const newest = Math.max(...generations);
  if (generations.length === 0) throw new RecordError('there is no note in the folder');
  // Of a process that died: an older note, or a draft. Who writes now loses its draft, and is told so.
  const left = names.filter((name) => name.startsWith(DRAFT) || (GENERATION.test(name) && name !== String(newest)));
  for (const name of left) await rm(join(folder, name), { force: true });
  return newest;
}

/** A name is on the disk only when its folder is. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

async function takeAway(file: string): Promise<void> {
  try {
    await rm(file);
  } catch (error) {
    throw hasCode(error, 'ENOENT') ? overtaken() : error;
  }
}

function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}

function overtaken(): RecordError {
  return new RecordError('another process wrote it; run one witness on a folder');
}
