import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { withinASecond } from '../../../src/telemetry/within-a-second.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** A question that is answered when it is told to. */
function held() {
  const answers: { resolve(answer: string): void; reject(error: Error): void }[] = [];
  const ask = withinASecond(
    async () => await new Promise<string>((resolve, reject) => answers.push({ resolve, reject })),
    'unknown',
  );
  return { answers, ask };
}

describe('a question that is to be answered within a second', () => {
  it('has the answer if that comes in time', async () => {
    const { answers, ask } = held();
    const asked = ask();
    await vi.advanceTimersByTimeAsync(999);
    answers[0]?.resolve('writable');
    expect(await asked).toBe('writable');
    expect(vi.getTimerCount()).toBe(0);
  });

  it('is unknown after that, and where asking fails', async () => {
    const { answers, ask } = held();
    const late = ask();
    await vi.advanceTimersByTimeAsync(1000);
    expect(await late).toBe('unknown');
    const failing = ask();
    answers[0]?.reject(new Error('the connection is gone'));
    expect(await failing).toBe('unknown');
  });

  it('is asked once for all who ask meanwhile, and again after that', async () => {
    const { answers, ask } = held();
    const first = ask();
    await vi.advanceTimersByTimeAsync(1000);
    const others = [ask(), ask()];
    expect(answers).toHaveLength(1);
    answers[0]?.resolve('writable');
    expect(await Promise.all([first, ...others])).toEqual(['unknown', 'writable', 'writable']);
    const next = ask();
    expect(answers).toHaveLength(2);
    answers[1]?.resolve('full');
    expect(await next).toBe('full');
  });
});
