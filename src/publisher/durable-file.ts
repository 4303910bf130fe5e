import { mkdir, open, rename } from 'node:fs/promises';
import { dirname } from 'node:path';

/** What is written aside is named so; no path of a log ends like this. */
const DRAFT = '.new';

/**
 * Puts a file in the place of the one before it: whoever reads sees the old or the new one, whole, also after a loss of
 * power once `syncFolder` of its folder returned.
 */
export async function replaceFile(path: string, content: Uint8Array | string): Promise<void> {
  const draft = `${path}${DRAFT}`;
  const file = await open(draft, 'w', 0o644);
  try {
    await file.writeFile(content);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(draft, path);
}

/** Makes what was renamed into a folder, or made in it, last. */
export async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** @returns the folders in which something was made, to be synced */
export async function makeFolder(folder: string): Promise<readonly string[]> {
  const first = await mkdir(folder, { recursive: true });
  if (first === undefined) return [];
  const touched: string[] = [];
  for (let made = folder; made.length >= first.length; made = dirname(made)) touched.push(dirname(made));
  return touched;
}
