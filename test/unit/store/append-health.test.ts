import { describe, expect, it } from 'vitest';
import type { LedgerEntry } from '../../../src/domain/ledger-entry.ts';
import { Problem } from '../../../src/domain/problem.ts';
import { watchedWriter } from '../../../src/store/append-health.ts';
import { entryNumber } from '../../support/ledger.ts';

const ENTRY: LedgerEntry = entryNumber(0);

/** A ledger that ends the next append with this, watched by a clock that is set. */
function watched() {
  let next: unknown;
  let now = 0;
  const writer = watchedWriter(
    {
      append: async () => {
        await Promise.resolve();
        if (next !== undefined) throw new Problem('ledger.unwritable', { cause: next });
        return { index: 0, leaf: '' };
      },
    },
    () => now,
  );
  return {
    failedLately: writer.failedLately,
    append: async (cause?: unknown) => {
      next = cause;
      await writer.append(ENTRY).catch(() => {});
    },
    at: (milliseconds: number) => (now = milliseconds),
  };
}

describe('a ledger whose appends are watched', () => {
  it('has not failed before it was tried', () => {
    expect(watched().failedLately()).toBe(false);
  });

  it('has failed until an append succeeds, or nobody tried for a while', async () => {
    const { append, at, failedLately } = watched();
    await append(new Error('no space left on device'));
    expect(failedLately()).toBe(true);
    await append();
    expect(failedLately()).toBe(false);
    await append(new Error('no space left on device'));
    at(4999);
    expect(failedLately()).toBe(true);
    at(5000);
    expect(failedLately()).toBe(false);
  });

  it('has not failed for an entry that is at fault itself', async () => {
    const { append, failedLately } = watched();
    await append(Object.assign(new Error('not a uuid'), { code: '22P02' }));
    expect(failedLately()).toBe(false);
  });
});
