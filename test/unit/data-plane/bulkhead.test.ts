import { setImmediate } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { type BulkheadSettings, createBulkhead } from '../../../src/data-plane/3-fetch/bulkhead.ts';
import { createRetryBudget } from '../../../src/data-plane/3-fetch/retry-budget.ts';
import { Problem } from '../../../src/domain/problem.ts';

const NEVER = new AbortController().signal;
const bulkhead = (settings: Partial<BulkheadSettings> = {}) =>
  createBulkhead({ concurrency: 2, waiting: 2, waitMs: 60_000, ...settings });

async function codeOf(entering: Promise<unknown>): Promise<unknown> {
  return await entering.then(
    () => 'a place',
    (error: unknown) => (error instanceof Problem ? error.code : error),
  );
}

describe('the places of a source', () => {
  it('are given at once while there are any, then in the order in which callers came, and then nobody waits any more', async () => {
    const places = bulkhead();
    const first = await places.enter(NEVER);
    const second = await places.enter(NEVER);
    const order: number[] = [];
    const waiting = [3, 4].map(async (number) => {
      const leave = await places.enter(NEVER);
      order.push(number);
      return leave;
    });
    expect([places.inProgress, places.waiting]).toEqual([2, 2]);
    expect(await codeOf(places.enter(NEVER))).toBe('source.busy');
    first();
    first();
    await setImmediate();
    expect([order, places.inProgress, places.waiting]).toEqual([[3], 2, 1]);
    second();
    for (const leave of await Promise.all(waiting)) leave();
    expect([order, places.inProgress, places.waiting]).toEqual([[3, 4], 0, 0]);
  });

  it('are not waited for by a caller who left, nor for longer than one may', async () => {
    const places = bulkhead({ concurrency: 1, waitMs: 20 });
    const leave = await places.enter(NEVER);
    const leaving = new AbortController();
    const left = codeOf(places.enter(leaving.signal));
    const late = codeOf(places.enter(NEVER));
    leaving.abort(new Problem('caller.left'));
    expect(await left).toBe('caller.left');
    expect(await codeOf(places.enter(leaving.signal))).toBe('caller.left');
    expect(await late).toBe('source.busy');
    expect([places.inProgress, places.waiting]).toEqual([1, 0]);
    leave();
    expect(places.inProgress).toBe(0);
  });
});

describe('the budget of second attempts', () => {
  it('is a share of the first ones, whatever fails, and saves up no more than ten', () => {
    const budget = createRetryBudget(20);
    for (let call = 0; call < 1000; call += 1) budget.earn();
    const spent = (calls: number): number =>
      Array.from({ length: calls }, () => {
        budget.earn();
        return budget.spend();
      }).filter(Boolean).length;
    expect(spent(10)).toBe(10);
    expect(spent(1000)).toBeGreaterThanOrEqual(198);
    expect(spent(1000)).toBeLessThanOrEqual(201);
  });
});
