import { cpSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect } from 'vitest';
import { type Fault, FaultsError } from '../../src/domain/fault.ts';
import type { JsonValue } from '../../src/domain/json.ts';
import type { Snapshot } from '../../src/domain/snapshot.ts';
import { loadSnapshot } from '../../src/plan/load-snapshot.ts';
import { scratchFolder } from '../support/scratch-folder.ts';

/** What somebody did to a copy of the real contracts and policies. */
export type Edit = (root: string) => void;

type Editable = { [key: string]: Editable };

/** Sets what the pointer points at; undefined takes it away. */
export function set(file: string, pointer: string, value: JsonValue | undefined): Edit {
  return (root) => {
    const content = JSON.parse(readFileSync(join(root, file), 'utf8')) as Editable;
    const tokens = pointer.split('/').slice(1);
    const last = tokens.pop() ?? '';
    const parent = tokens.reduce<Editable>((at, token) => {
      const next = at[token];
      if (next === undefined) throw new Error(`${file} has no ${pointer}`);
      return next;
    }, content);
    if (value === undefined) Reflect.deleteProperty(parent, last);
    else Reflect.set(parent, last, value);
    writeFileSync(join(root, file), JSON.stringify(content));
  };
}

/** Rewrites the text of a file; for what JSON.stringify would not write. */
export function rewrite(file: string, change: (text: string) => string | Uint8Array): Edit {
  return (root) => writeFileSync(join(root, file), change(readFileSync(join(root, file), 'utf8')));
}

export function copyOf(...edits: readonly Edit[]): string {
  const root = scratchFolder();
  cpSync('contracts', join(root, 'contracts'), { recursive: true });
  cpSync('policies', join(root, 'policies'), { recursive: true });
  for (const edit of edits) edit(root);
  return root;
}

export function load(root: string): Snapshot {
  return loadSnapshot({ contractsDir: join(root, 'contracts'), policiesDir: join(root, 'policies') });
}

/** What is wrong with an edited copy, files named relative to it; nothing if it loads. */
export function faultsOf(...edits: readonly Edit[]): readonly Fault[] {
  const root = copyOf(...edits);
  try {
    load(root);
    return [];
  } catch (error) {
    if (!(error instanceof FaultsError)) throw error;
    return error.faults.map((fault) => ({ ...fault, file: fault.file.replace(`${root}/`, '') }));
  }
}

export const move =
  (from: string, to: string): Edit =>
  (root) => {
    mkdirSync(dirname(join(root, to)), { recursive: true });
    renameSync(join(root, from), join(root, to));
  };
export const remove =
  (file: string): Edit =>
  (root) =>
    rmSync(join(root, file), { recursive: true });
export const both =
  (...edits: readonly Edit[]): Edit =>
  (root) => {
    for (const edit of edits) edit(root);
  };

/** What somebody did, and which of the faults it makes must be among those that are told. */
export type Seeded = readonly [what: string, edit: Edit, file: string, pointer: string, message: RegExp];

export function expectFault([, edit, file, pointer, message]: Seeded): void {
  const faults = faultsOf(edit);
  expect(faults).toContainEqual({
    file,
    pointer,
    message: expect.stringMatching(message),
    remedy: expect.stringMatching(/^[A-Z].+\.$/),
  });
  for (const { remedy } of faults) expect(remedy).not.toBe('');
}
