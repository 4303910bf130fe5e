import { describe, expect, it } from 'vitest';
import { pacedWork } from '../../../../src/http/overload/paced-work.ts';

/** Work that takes a millisecond each, in time that only passes by working and waiting. */
function pacing(keepMs = 1_000) {
  let now = 0;
  let timer: { readonly at: number; readonly work: () => void } | undefined;
  const done: { readonly name: string; readonly at: number }[] = [];
  const pace = pacedWork(
    { everyMs: 10, spendMs: 2, keepMs },
    { now: () => now, later: (milliseconds, work) => (timer = { at: now + milliseconds, work }) },
  );
  return {
    done,
    add: (name: string): void =>
      pace(() => {
        done.push({ name, at: now });
        now += 1;
      }),
    passAll: (): void => {
      while (timer !== undefined) {
        const { at, work } = timer;
        timer = undefined;
        now = Math.max(now, at);
        work();
      }
    },
  };
}

describe('paced work', () => {
  it('is done at once while there is little of it', () => {
    const { add, done } = pacing();
    add('1');
    add('2');
    expect(done.map(({ name }) => name)).toEqual(['1', '2']);
  });

  it('is done later, in its order, beyond that: never more of the time than was given', () => {
    const { add, done, passAll } = pacing();
    const names = Array.from({ length: 20 }, (_, index) => `${index}`);
    for (const name of names) add(name);
    expect(done).toHaveLength(2);
    passAll();
    expect(done.map(({ name }) => name)).toEqual(names);
    for (const { at } of done)
      expect(done.filter((other) => other.at >= at && other.at < at + 10).length).toBeLessThanOrEqual(4);
    expect(done.at(-1)?.at).toBeGreaterThan(80);
  });

  it('is kept no longer than it may be, however much there is', () => {
    const { add, done, passAll } = pacing(30);
    for (let each = 0; each < 20; each += 1) add(`${each}`);
    passAll();
    expect(done).toHaveLength(20);
    expect(done.at(-1)?.at).toBeLessThan(60);
  });

  it('does not overtake what is kept', () => {
    const { add, done, passAll } = pacing();
    for (const name of ['1', '2', '3']) add(name);
    passAll();
    add('4');
    expect(done.map(({ name }) => name)).toEqual(['1', '2', '3', '4']);
  });
});
