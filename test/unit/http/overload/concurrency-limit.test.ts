import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { concurrencyLimit } from '../../../../src/http/overload/concurrency-limit.ts';

/** A window of a tenth of a second with this mean, while so many were at work. */
function observing(settings: { readonly floor: number; readonly ceiling: number }) {
  let now = 0;
  const limit = concurrencyLimit(settings, () => now);
  return {
    limit,
    windows: (count: number, mean: number | (() => number), atWork: () => number): void => {
      for (let window = 0; window < count; window += 1) {
        for (let sample = 0; sample < 20; sample += 1) {
          now += 5.5;
          limit.observe(typeof mean === 'number' ? mean : mean(), atWork());
        }
      }
    },
  };
}

const settings = { floor: 4, ceiling: 64 };

describe('the limit', () => {
  it('is raised while it is used and steps take no longer than unloaded, up to the ceiling', () => {
    const { limit, windows } = observing(settings);
    windows(1, 2, () => 1);
    const first = limit.current;
    windows(1, 2, () => limit.current);
    expect(limit.current).toBe(first + 1);
    windows(100, 2, () => limit.current);
    expect(limit.current).toBe(settings.ceiling);
  });

  it('stays where it is while it is not used up: what was not tried is not known to go', () => {
    const { limit, windows } = observing(settings);
    const first = limit.current;
    windows(50, 2, () => first - 1);
    expect(limit.current).toBe(first);
  });

  it('is lowered while steps take longer than twice unloaded, down to the floor within a second', () => {
    const { limit, windows } = observing(settings);
    windows(5, 4, () => 1);
    windows(100, 4, () => limit.current);
    expect(limit.current).toBe(settings.ceiling);
    windows(10, 40, () => limit.current);
    expect(limit.current).toBe(settings.floor);
  });

  it('does not mind a few milliseconds where unloaded is next to nothing', () => {
    const { limit, windows } = observing(settings);
    windows(5, 0.2, () => 1);
    const first = limit.current;
    windows(5, 4, () => limit.current);
    expect(limit.current).toBeGreaterThan(first);
  });

  it('does not take what is slow under load for what is slow unloaded, however long the load lasts', () => {
    const { limit, windows } = observing(settings);
    windows(5, 10, () => 1);
    // Each one at work makes all wait for ten milliseconds more, and four are always let in.
    const saturated = (): number => limit.current * 10;
    windows(3_000, saturated, () => limit.current);
    expect(limit.current).toBeLessThanOrEqual(settings.floor + 1);
  });

  it('follows a database that became slower for good, as soon as there is a quiet moment', () => {
    const { limit, windows } = observing(settings);
    windows(5, 2, () => 1);
    windows(20, 30, () => 8);
    expect(limit.current).toBe(settings.floor);
    windows(40, 30, () => 1);
    windows(10, 30, () => limit.current);
    expect(limit.current).toBeGreaterThan(settings.floor);
  });

  it('follows it at the floor too, in some minutes without one', () => {
    const { limit, windows } = observing(settings);
    windows(5, 10, () => 1);
    windows(20, 30, () => limit.current);
    expect(limit.current).toBe(settings.floor);
    windows(600, 30, () => limit.current);
    expect(limit.current).toBeGreaterThan(settings.floor);
  });

  it('corrects what it took for unloaded when it was started in the midst of a rush', () => {
    const { limit, windows } = observing(settings);
    windows(30, 100, () => limit.current);
    windows(10, 5, () => 1);
    windows(10, 50, () => limit.current);
    expect(limit.current).toBe(settings.floor);
  });

  it('never leaves its bounds, whatever it observes', () => {
    const observed = fc.array(fc.tuple(fc.nat(5_000), fc.nat(200), fc.nat(2_000)), { maxLength: 300 });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 50 }), fc.nat(50), observed, (floor, above, samples) => {
        let now = 0;
        const limit = concurrencyLimit({ floor, ceiling: floor + above }, () => now);
        for (const [milliseconds, atWork, passing] of samples) {
          now += passing;
          limit.observe(milliseconds, atWork);
          expect(limit.current).toBeGreaterThanOrEqual(floor);
          expect(limit.current).toBeLessThanOrEqual(floor + above);
          expect(Number.isInteger(limit.current)).toBe(true);
        }
      }),
    );
  });
});
