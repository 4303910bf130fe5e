import { describe, expect, it } from 'vitest';
import { createGate, type GateSettings } from '../../../../src/http/overload/gate.ts';

const SETTINGS: GateSettings = { maxLength: 8, maxWaitMs: 100, maxInFlight: 100, maxInFlightPerCaller: 50 };

/** A gate, and everything that came to it, by name. */
function gateOf(limit: number, settings: Partial<GateSettings> = {}) {
  let now = 0;
  let timers: { readonly at: number; readonly work: () => void }[] = [];
  const gate = createGate(
    { ...SETTINGS, ...settings },
    {
      limit: { current: limit, observe: () => {} },
      now: () => now,
      later: (milliseconds, work) => timers.push({ at: now + milliseconds, work }),
    },
  );
  const ends = new Map<string, () => void>();
  const entered: string[] = [];
  const refused: string[] = [];
  return {
    gate,
    entered,
    refused,
    arrive: (caller: string, name: string, isGone = () => false) =>
      gate.arrive(caller, {
        enter: async () => {
          entered.push(name);
          await new Promise<void>((resolve) => ends.set(name, resolve));
        },
        refuse: (reason) => refused.push(`${name} ${reason}`),
        isGone,
      }),
    end: async (name: string): Promise<void> => {
      ends.get(name)?.();
      await new Promise((done) => setImmediate(done));
    },
    pass: (milliseconds: number): void => {
      const until = now + milliseconds;
      for (;;) {
        const [next] = timers.filter(({ at }) => at <= until).sort((one, other) => one.at - other.at);
        if (next === undefined) break;
        timers = timers.filter((timer) => timer !== next);
        now = next.at;
        next.work();
      }
      now = until;
    },
    timers: () => timers.length,
  };
}

describe('the gate', () => {
  it('lets in as many as the limit says, and the next as one leaves', async () => {
    const { arrive, end, entered, gate } = gateOf(2);
    for (const name of ['1', '2', '3']) arrive('a', name);
    expect(entered).toEqual(['1', '2']);
    expect(gate.load).toEqual({ limit: 2, atWork: 2, inFlight: 2, waiting: 1 });
    await end('1');
    expect(entered).toEqual(['1', '2', '3']);
  });

  it('refuses at once whoever finds the line full, and whoever waited in vain', () => {
    const { arrive, refused, pass, timers } = gateOf(1, { maxLength: 1 });
    for (const name of ['1', '2', '3']) arrive('a', name);
    expect(refused).toEqual(['3 line-full']);
    pass(99);
    expect(refused).toEqual(['3 line-full']);
    pass(10);
    expect(refused).toEqual(['3 line-full', '2 waited']);
    expect(timers()).toBe(0);
  });

  it('never refuses whoever was let in', async () => {
    const { arrive, refused, pass, end, entered } = gateOf(1);
    arrive('a', '1');
    pass(10_000);
    await end('1');
    expect([entered, refused]).toEqual([['1'], []]);
  });

  it('does not reckon with those that wait for somebody else', async () => {
    const { arrive, entered, gate } = gateOf(1);
    let answer: () => void = () => {};
    arrive('a', '1');
    arrive('a', '2');
    const asking = gate.elsewhere(async () => await new Promise<void>((resolve) => (answer = resolve)));
    expect(entered).toEqual(['1', '2']);
    expect(gate.load).toMatchObject({ atWork: 1, inFlight: 2 });
    arrive('a', '3');
    answer();
    await asking;
    // It goes on beside the one that took its place, and nobody comes in until both are done.
    expect(gate.load).toMatchObject({ atWork: 2, inFlight: 2, waiting: 1 });
  });

  it('gives the place back where what was waited for fails', async () => {
    const { arrive, gate } = gateOf(1);
    arrive('a', '1');
    await expect(gate.elsewhere(async () => await Promise.reject(new Error('gone')))).rejects.toThrow('gone');
    expect(gate.load).toMatchObject({ atWork: 1, inFlight: 1 });
  });

  it('has no more under way than it may, however many of them wait for others', () => {
    const { arrive, entered, gate, refused, pass } = gateOf(10, { maxInFlight: 2 });
    void gate.elsewhere(async () => await new Promise(() => {}));
    void gate.elsewhere(async () => await new Promise(() => {}));
    for (const name of ['1', '2', '3']) arrive('a', name);
    expect(entered).toEqual(['1', '2']);
    pass(200);
    expect(refused).toEqual(['3 waited']);
  });

  it('lets nobody have more than one caller may, at once and with the reason', async () => {
    const { arrive, refused, end } = gateOf(1, { maxInFlightPerCaller: 2 });
    for (const name of ['1', '2', '3']) arrive('a', name);
    expect(refused).toEqual(['3 caller-full']);
    await end('1');
    arrive('a', '4');
    expect(refused).toEqual(['3 caller-full']);
  });

  it('gives the next free place to who has none, however many others were there before', async () => {
    const { arrive, entered, refused, end } = gateOf(2, { maxLength: 4 });
    for (let each = 1; each <= 6; each += 1) arrive('greedy', `g${each}`);
    arrive('modest', 'm1');
    expect(refused).toEqual(['g6 over-share']);
    await end('g1');
    expect(entered).toEqual(['g1', 'g2', 'm1']);
    // Now both have one of two places, and the older goes.
    arrive('modest', 'm2');
    await end('g2');
    expect(entered.at(-1)).toBe('g3');
    await end('m1');
    expect(entered.at(-1)).toBe('m2');
  });

  it('says overloaded, and not too many, to who has no more than its part', () => {
    const { arrive, refused, pass } = gateOf(4);
    for (let each = 1; each <= 4; each += 1) arrive('greedy', `g${each}`);
    arrive('modest', 'm1');
    pass(200);
    expect(refused).toEqual(['m1 waited']);
  });

  it('takes no place for whoever is gone, and tells nobody so', async () => {
    const { arrive, entered, refused, end, gate } = gateOf(1);
    arrive('a', '1');
    arrive('a', '2', () => true);
    arrive('a', '3');
    await end('1');
    expect([entered, refused]).toEqual([['1', '3'], []]);
    expect(gate.load.inFlight).toBe(1);
  });

  it('tells when it is empty, and at once if it is', async () => {
    const { arrive, gate, end } = gateOf(1);
    await gate.empty();
    arrive('a', '1');
    arrive('a', '2');
    let empty = false;
    const emptied = gate.empty().then(() => (empty = true));
    await end('1');
    expect(empty).toBe(false);
    await end('2');
    await emptied;
    expect(empty).toBe(true);
  });

  it('forgets callers that are gone', async () => {
    const { arrive, refused, end, pass } = gateOf(1);
    arrive('a', 'a1');
    await end('a1');
    arrive('b', 'b1');
    arrive('b', 'b2');
    pass(200);
    // Nobody else is there: it is the gateway that has too much to do.
    expect(refused).toEqual(['b2 waited']);
  });
});
