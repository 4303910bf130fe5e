import { describe, expect, it } from 'vitest';
import { rememberingSteps } from '../../../src/plan/compile-steps.ts';
import { loadSnapshot } from '../../../src/plan/load-snapshot.ts';

const FOLDERS = { contractsDir: 'contracts', policiesDir: 'policies' };

describe('a reload', () => {
  it('makes again what had gone when it last loaded, and nothing of what is there', () => {
    const steps = rememberingSteps();
    const first = loadSnapshot(FOLDERS, undefined, steps);
    const second = loadSnapshot(FOLDERS, undefined, steps);
    expect(second.plans).toHaveLength(first.plans.length);
    for (const [at, plan] of second.plans.entries()) expect(plan).toBe(first.plans[at]);
    // A load in which nothing was there.
    steps.forget?.();
    const third = loadSnapshot(FOLDERS, undefined, steps);
    for (const [at, plan] of third.plans.entries()) expect(plan).not.toBe(first.plans[at]);
    expect(third.hash).toBe(first.hash);
  });
});
