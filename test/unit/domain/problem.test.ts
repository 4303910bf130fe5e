import { describe, expect, it } from 'vitest';
import { asProblem, Problem } from '../../../src/domain/problem.ts';
import { PROBLEMS, type ProblemCode, type ProblemSpec } from '../../../src/domain/problems.ts';

const rows: readonly (readonly [ProblemCode, ProblemSpec])[] = Object.entries(PROBLEMS).map(
  ([code, spec]) => [code as ProblemCode, spec] as const,
);

describe('the table of problems', () => {
  it.each(rows)('says everything about %s', (code, spec) => {
    expect(code).toMatch(/^[a-z]+(?:\.[a-z]+(?:-[a-z]+)*)*$/);
    expect(spec.status).toBeGreaterThanOrEqual(400);
    expect(spec.status).toBeLessThan(600);
    expect(spec.title).toMatch(/^[A-Z].*[^.]$/);
    expect(spec.titleZh).toMatch(/^\p{Script=Han}+$/u);
    expect(spec.cause).toMatch(/^[A-Z`].*\.$/);
    expect(spec.remedy).toMatch(/^[A-Z`].*\.$/);
    expect(['gateway', 'provider', 'policy']).toContain(spec.origin);
    expect(['refused', 'failed']).toContain(spec.outcome);
    expect(['never', 'after-change', 'later']).toContain(spec.retry);
  });

  it.each(rows.filter(([, { outcome }]) => outcome === 'refused'))(
    'blames a refusal on the request and pages nobody: %s',
    (_, spec) => {
      expect(spec.status).toBeLessThan(500);
      expect(spec.report).toBe(false);
    },
  );

  it('has no two problems that a reader could confuse', () => {
    expect(new Set(rows.map(([, { title }]) => title)).size).toBe(rows.length);
    expect(new Set(rows.map(([, { titleZh }]) => titleZh)).size).toBe(rows.length);
  });
});

describe('a problem', () => {
  it('is whatever was thrown as one, and the fault of the gateway otherwise', () => {
    const problem = new Problem('grant.missing');
    expect(asProblem(problem)).toBe(problem);
    const cause = new RangeError('11010519491231002X');
    expect(asProblem(cause)).toMatchObject({ code: 'internal', cause });
    expect(asProblem('thrown text')).toMatchObject({ code: 'internal', cause: 'thrown text' });
  });

  it('says its title and nothing of its cause', () => {
    const problem = asProblem(new Error('11010519491231002X'));
    expect(problem.message).toBe(PROBLEMS.internal.title);
    expect(problem.errors).toEqual([]);
  });
});
