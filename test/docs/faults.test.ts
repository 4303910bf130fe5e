import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';

const ROW = /^\| .+ \| .+ \| `(test\/[^`]+\.test\.ts)` \|$/;

it('every row of docs/faults.md names a test that is there and expects something', () => {
  const [, , ...rows] = readFileSync('docs/faults.md', 'utf8')
    .split('\n')
    .filter((line) => line.startsWith('|'));
  expect(rows.length).toBeGreaterThan(20);
  const files = rows.map((row) => ROW.exec(row)?.[1]);
  expect(rows.filter((_row, at) => files[at] === undefined)).toEqual([]);
  for (const file of files)
    expect(readFileSync(file ?? '', 'utf8')).toMatch(/\b(?:it|test)(?:\.for\b|\()[\s\S]*\bexpect/);
});
