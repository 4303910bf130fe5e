import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { waitingLine } from '../../../../src/http/overload/waiting-line.ts';

function lineAt(settings: Partial<{ maxLength: number; maxWaitMs: number; fair: number }> = {}) {
  const { maxLength = 10, maxWaitMs = 100, fair = 4 } = settings;
  const inFlight = new Map<string, number>();
  const time = { now: 0 };
  const shares = { inFlight: (caller: string) => inFlight.get(caller) ?? 0, fair: () => fair };
  const line = waitingLine<string>({ maxLength, maxWaitMs }, shares, () => time.now);
  const take = (count: number): (string | undefined)[] => Array.from({ length: count }, () => line.next()?.item);
  return { line, inFlight, time, take };
}

describe('the line', () => {
  it('lets each caller go in the order in which it came', () => {
    const { line, take } = lineAt();
    for (const item of ['a1', 'a2', 'a3']) line.join('a', item);
    expect(take(4)).toEqual(['a1', 'a2', 'a3', undefined]);
  });

  it('lets whoever has the least go first, and of equals who came first', () => {
    const { line, inFlight, time, take } = lineAt();
    inFlight.set('greedy', 5);
    line.join('greedy', 'g1');
    for (const caller of ['b', 'a']) {
      time.now += 1;
      line.join(caller, `${caller}1`);
    }
    expect(take(3)).toEqual(['b1', 'a1', 'g1']);
  });

  it('sends away the newest of whoever has the most, when there is no room', () => {
    const { line, inFlight, take } = lineAt({ maxLength: 3 });
    inFlight.set('greedy', 5);
    for (const item of ['g1', 'g2', 'g3']) expect(line.join('greedy', item)).toBeUndefined();
    expect(line.join('greedy', 'g4')).toMatchObject({ caller: 'greedy', item: 'g4' });
    expect(line.join('modest', 'm1')).toMatchObject({ caller: 'greedy', item: 'g3' });
    expect(line.length).toBe(3);
    expect(take(3)).toEqual(['m1', 'g1', 'g2']);
  });

  it('has no room at all where none is given', () => {
    const { line } = lineAt({ maxLength: 0 });
    expect(line.join('a', 'a1')).toMatchObject({ item: 'a1' });
    expect(line.length).toBe(0);
  });

  it('takes in a rush whole: nobody is sent away before the longest wait', () => {
    const { line, inFlight, time } = lineAt();
    inFlight.set('a', 9);
    line.join('a', 'a1');
    time.now = 50;
    line.join('a', 'a2');
    time.now = 99;
    expect(line.expired()).toEqual([]);
    time.now = 100;
    // By now the line has stood for as long as anybody waits: who has its part hardly waits in it.
    expect(line.expired().map(({ item }) => item)).toEqual(['a1', 'a2']);
    expect(line.length).toBe(0);
  });

  it('lets those wait for longer that have less than their part, while it stands', () => {
    const { line, inFlight, time } = lineAt();
    inFlight.set('greedy', 9);
    line.join('greedy', 'g1');
    time.now = 95;
    line.join('greedy', 'g2');
    line.join('modest', 'm1');
    time.now = 106;
    expect(line.expired().map(({ item }) => item)).toEqual(['g1', 'g2']);
    expect(line.length).toBe(1);
    time.now = 195;
    expect(line.expired().map(({ item }) => item)).toEqual(['m1']);
  });

  it('is no standing line any more once it was empty', () => {
    const { line, inFlight, time, take } = lineAt();
    inFlight.set('a', 9);
    line.join('a', 'a1');
    time.now = 99;
    take(1);
    line.join('a', 'a2');
    time.now = 150;
    expect(line.expired()).toEqual([]);
  });

  it('loses nobody and has nobody twice, and is never longer than it may be', () => {
    const act = fc.oneof(
      fc.record({ join: fc.constantFrom('a', 'b', 'c') }),
      fc.record({ pass: fc.nat(60) }),
      fc.constant('next' as const),
      fc.constant('expire' as const),
    );
    fc.assert(
      fc.property(fc.array(act, { maxLength: 200 }), fc.nat(8), (acts, maxLength) => {
        const { line, time } = lineAt({ maxLength });
        const gone: string[] = [];
        let joined = 0;
        for (const one of acts) {
          if (one === 'next') gone.push(...[line.next()].flatMap((turn) => (turn === undefined ? [] : [turn.item])));
          else if (one === 'expire') gone.push(...line.expired().map(({ item }) => item));
          else if ('pass' in one) time.now += one.pass;
          else {
            joined += 1;
            const evicted = line.join(one.join, `${joined}`);
            if (evicted !== undefined) gone.push(evicted.item);
          }
          expect(line.length).toBeLessThanOrEqual(maxLength);
          expect(line.length + gone.length).toBe(joined);
          expect(['a', 'b', 'c'].reduce((sum, caller) => sum + line.waitingOf(caller), 0)).toBe(line.length);
        }
        expect(new Set(gone).size).toBe(gone.length);
      }),
    );
  });
});
