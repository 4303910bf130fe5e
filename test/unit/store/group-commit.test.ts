import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { groupCommit, QueueFullError } from '../../../src/store/group-commit.ts';

const LIMITS = { maxBatch: 4, maxWaiting: 100, maxWaitMs: 1000 };
const later = async (turns: number): Promise<void> => {
  for (let turn = 0; turn < turns; turn += 1) await new Promise((resolve) => setImmediate(resolve));
};

/** A commit that answers when it is told to. */
function heldCommit() {
  const batches: { readonly items: readonly number[]; done(): void; fail(error: Error): void }[] = [];
  const commit = async (items: readonly number[]): Promise<readonly string[]> =>
    await new Promise((resolve, reject) => {
      batches.push({ items, done: () => resolve(items.map((item) => `written ${item}`)), fail: reject });
    });
  return { batches, commit, items: () => batches.map(({ items }) => items) };
}

describe('group commit', () => {
  it('writes at once when nothing is under way', () => {
    const { commit, items } = heldCommit();
    const append = groupCommit(commit, LIMITS);
    void append(1);
    expect(items()).toEqual([[1]]);
  });

  it('collects while a commit is under way and writes all of that with the next', async () => {
    const { batches, commit, items } = heldCommit();
    const append = groupCommit(commit, LIMITS);
    const results = [1, 2, 3].map(append);
    await later(2);
    expect(items()).toEqual([[1]]);
    batches[0]?.done();
    expect(await results[0]).toBe('written 1');
    await later(2);
    expect(items()).toEqual([[1], [2, 3]]);
    batches[1]?.done();
    expect(await Promise.all(results)).toEqual(['written 1', 'written 2', 'written 3']);
  });

  it('never writes more at once than the cap', async () => {
    const { batches, commit, items } = heldCommit();
    const append = groupCommit(commit, LIMITS);
    const results = Array.from({ length: 10 }, (_, item) => append(item));
    for (let batch = 0; batch < 4; batch += 1) {
      batches[batch]?.done();
      await later(2);
    }
    expect(await Promise.all(results)).toHaveLength(10);
    expect(items()).toEqual([[0], [1, 2, 3, 4], [5, 6, 7, 8], [9]]);
  });

  it('refuses at once what would wait behind a full queue, and takes more when there is room again', async () => {
    const { batches, commit, items } = heldCommit();
    const append = groupCommit(commit, { ...LIMITS, maxWaiting: 2 });
    const taken = [1, 2, 3].map(append);
    await expect(append(4)).rejects.toThrow(new QueueFullError());
    batches[0]?.done();
    await later(2);
    const next = append(5);
    batches[1]?.done();
    await later(2);
    batches[2]?.done();
    expect(await Promise.all([...taken, next])).toEqual([1, 2, 3, 5].map((item) => `written ${item}`));
    expect(items()).toEqual([[1], [2, 3], [5]]);
  });

  it('refuses at once what would wait behind one that has waited too long, until that is written', async () => {
    const { batches, commit, items } = heldCommit();
    let now = 0;
    const append = groupCommit(commit, LIMITS, () => now);
    const taken = [append(1), append(2)];
    now = 1000;
    taken.push(append(3));
    now = 1001;
    await expect(append(4)).rejects.toThrow(new QueueFullError());
    batches[0]?.done();
    await later(2);
    const next = append(5);
    batches[1]?.done();
    await later(2);
    batches[2]?.done();
    // It was slow, and it was written: who waited for it is answered.
    expect(await Promise.all([...taken, next])).toEqual([1, 2, 3, 5].map((item) => `written ${item}`));
    expect(items()).toEqual([[1], [2, 3], [5]]);
  });

  it('asks a database that fails slowly once, and not again for those who waited for that', async () => {
    const { batches, commit, items } = heldCommit();
    let now = 0;
    const append = groupCommit(commit, LIMITS, () => now);
    const settled = Promise.allSettled([1, 2, 3].map(append));
    await later(2);
    now = 700;
    const young = append(4);
    now = 1500;
    batches[0]?.fail(new Error('statement timeout'));
    await later(2);
    batches[1]?.done();
    expect((await settled).map((one) => (one.status === 'rejected' ? String(one.reason) : one.status))).toEqual([
      'Error: statement timeout',
      'QueueFullError: too many entries wait to be written',
      'QueueFullError: too many entries wait to be written',
    ]);
    expect(await young).toBe('written 4');
    expect(items()).toEqual([[1], [4]]);
  });

  it('fails every item of a batch that failed, and no other', async () => {
    const { batches, commit } = heldCommit();
    const append = groupCommit(commit, LIMITS);
    const results = Promise.allSettled([1, 2, 3].map(append));
    batches[0]?.done();
    await later(2);
    const lost = new Error('connection lost');
    const after = append(4);
    batches[1]?.fail(lost);
    await later(2);
    batches[2]?.done();
    expect(await results).toEqual([
      { status: 'fulfilled', value: 'written 1' },
      { status: 'rejected', reason: lost },
      { status: 'rejected', reason: lost },
    ]);
    expect(await after).toBe('written 4');
  });

  it('commits each of a batch by itself, once, when it failed for what one of them is, and fails only that one', async () => {
    const commits: (readonly number[])[] = [];
    const fault = new Error('three is at fault');
    const append = groupCommit(
      async (items: readonly number[]) => {
        await later(2);
        commits.push(items);
        if (items.includes(3)) throw fault;
        return items;
      },
      { ...LIMITS, isFaultOfOne: (error) => error === fault },
    );
    const settled = await Promise.allSettled([1, 2, 3, 4].map(append));
    expect(settled.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'rejected', 'fulfilled']);
    expect(commits).toEqual([[1], [2, 3, 4], [2], [3], [4]]);
    expect(await append(5)).toBe(5);
  });

  it('takes along who was just answered and writes again', async () => {
    const sizes: number[] = [];
    const append = groupCommit(async (items: readonly number[]) => {
      sizes.push(items.length);
      await later(2);
      return items;
    }, LIMITS);
    const caller = async (): Promise<void> => {
      for (let time = 0; time < 5; time += 1) await append(time);
    };
    await Promise.all([caller(), caller(), caller(), caller()]);
    expect(sizes.slice(0, 5)).toEqual([1, 4, 4, 4, 4]);
  });

  it('goes on after a commit that threw before it began', async () => {
    let calls = 0;
    const append = groupCommit((items: readonly number[]) => {
      calls += 1;
      if (calls === 1) throw new RangeError('too many');
      return Promise.resolve(items);
    }, LIMITS);
    await expect(append(1)).rejects.toThrow(new RangeError('too many'));
    expect(await append(2)).toBe(2);
  });

  it.each([0, 1, 3])('fails all of a batch of two that was answered %i times', async (answers) => {
    const append = groupCommit(async (items: readonly number[]) => {
      await later(2);
      return items.length === 2 ? Array.from({ length: answers }, () => 0) : items;
    }, LIMITS);
    const [first, ...batch] = [1, 2, 3].map(append);
    expect(await first).toBe(1);
    for (const item of batch)
      await expect(item).rejects.toThrow(new TypeError('a commit answered for another number of items'));
  });

  it('leaves nobody waiting, also where the answer is nothing', async () => {
    const append = groupCommit(async (items: readonly number[]) => {
      await later(2);
      return items.map(() => undefined);
    }, LIMITS);
    expect(await Promise.all([1, 2, 3].map(append))).toEqual([undefined, undefined, undefined]);
  });

  it('keeps the order, one commit at a time, and gives each item its own result, whatever the delays and failures', async () => {
    const step = fc.record({ pause: fc.nat(2), delay: fc.nat(2), fails: fc.boolean() });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 40 }), async (steps) => {
        const written: number[] = [];
        let underWay = 0;
        const append = groupCommit(async (items: readonly number[]) => {
          underWay += 1;
          expect(underWay).toBe(1);
          expect(items.length).toBeLessThanOrEqual(LIMITS.maxBatch);
          const [first = 0] = items;
          await later(steps[first]?.delay ?? 0);
          underWay -= 1;
          if (steps[first]?.fails === true) throw new Error(`failed with ${items.join()}`);
          written.push(...items);
          return items.map((item) => `written ${item}`);
        }, LIMITS);
        const results: Promise<string>[] = [];
        for (const [item, { pause }] of steps.entries()) {
          results.push(append(item));
          results.at(-1)?.catch(() => {});
          await later(pause);
        }
        const settled = await Promise.allSettled(results);
        for (const [item, result] of settled.entries()) {
          if (result.status === 'fulfilled') expect(result.value).toBe(`written ${item}`);
          else expect(String(result.reason)).toMatch(new RegExp(`failed with (?:\\d+,)*${item}(?:,\\d+)*$`));
          expect(written.includes(item)).toBe(result.status === 'fulfilled');
        }
        expect(written).toEqual([...written].sort((a, b) => a - b));
      }),
      { numRuns: 200 },
    );
  });
});
