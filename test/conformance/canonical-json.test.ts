import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { canonicalJson } from '../../src/domain/canonical-json.ts';
import type { JsonValue } from '../../src/domain/json.ts';
import { readVectors, say, vectorFiles, vectorsFolder } from './vectors.ts';

describe('canonical JSON, against the vectors of RFC 8785', () => {
  const folder = vectorsFolder('rfc8785', 'testdata');
  if (folder === undefined) return;
  const names = vectorFiles(join(folder, 'input'));
  say(`${names.length} vectors of RFC 8785`);

  it('has vectors to run', () => {
    expect(names.length).toBeGreaterThan(0);
  });

  it.each(names)('is byte for byte the output for %s', (name) => {
    const canonical = canonicalJson(readVectors(folder, 'input', name) as JsonValue);
    const hex = readFileSync(join(folder, 'outhex', name.replace('.json', '.txt')), 'utf8').replaceAll(/\s/g, '');
    expect(Buffer.from(canonical, 'utf8').toString('hex')).toBe(hex);
    expect(canonical).toBe(readFileSync(join(folder, 'output', name), 'utf8'));
  });
});
