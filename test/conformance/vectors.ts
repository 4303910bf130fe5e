import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';

const ROOT = process.env['VECTORS_DIR'] ?? '../shared/vectors';

/** The folder of public test vectors, or undefined if they are not here: then this says so and the suite still passes. */
export function vectorsFolder(...path: readonly string[]): string | undefined {
  const folder = join(ROOT, ...path);
  if (existsSync(folder)) return folder;
  say(`not run: there are no vectors at ${folder}; set VECTORS_DIR to where they are`);
  it(`has no public vectors at ${folder} to be run against`, () => {
    expect(existsSync(folder)).toBe(false);
  });
  return undefined;
}

/** Past the reporter, which keeps what passing tests print to itself. */
export function say(line: string): void {
  process.stdout.write(`conformance: ${line}\n`);
}

export function readVectors(...path: readonly string[]): unknown {
  return JSON.parse(readFileSync(join(...path), 'utf8'));
}

export function vectorFiles(folder: string): readonly string[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith('.json'))
    .sort();
}
