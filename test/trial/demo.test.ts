import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { run } from '../support/process.ts';

const DEMO = resolve('dist/trial/demo.js');

describe('npm run demo', () => {
  it('plays the story, verifies the ledger and ends with what really happened', async () => {
    const { status, out, err } = await run(process.execPath, ['--enable-source-maps', DEMO, '--json']).ended();
    expect({ status, err }).toEqual({ status: 0, err: '' });
    const last = JSON.parse(out.trimEnd().split('\n').at(-1) ?? '') as Record<string, unknown>;
    expect(last).toEqual({ released: 9, refused: 2, failed: 1, ledgerSize: 12, verified: true });
    expect(out.match(/^ {3}received {2}/gm)).toHaveLength(12);
  });
});
