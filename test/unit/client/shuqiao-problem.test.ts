import { describe, expect, it } from 'vitest';
import { problemOf, ShuqiaoProblem } from '../../../src/client/shuqiao-problem.ts';
import { Problem } from '../../../src/domain/problem.ts';
import { PROBLEMS, type ProblemCode } from '../../../src/domain/problems.ts';
import { problemBody } from '../../../src/http/answer-problems.ts';

const ids = { requestId: '0190a1b2-0000-7000-8000-000000000001', exchange: '0190a1b2-0000-7000-8000-000000000002' };
const CODES = Object.keys(PROBLEMS) as ProblemCode[];
const headers = { 'content-type': 'application/problem+json' };
const errors = [{ pointer: '/query/residentId', rule: 'pattern' }];

function replyOf(code: ProblemCode, changed: Readonly<Record<string, unknown>> = {}) {
  const body = { ...problemBody(new Problem(code, { errors }), ids), ...changed };
  return { status: PROBLEMS[code].status, headers, body: Buffer.from(JSON.stringify(body)) };
}

describe('a problem', () => {
  it.each(CODES)('%s is told as the table has it', (code) => {
    const problem = problemOf(replyOf(code));
    const { status, origin, retry, remedy, title, titleZh } = PROBLEMS[code];
    expect(problem).toBeInstanceOf(ShuqiaoProblem);
    expect(problem).toMatchObject({ code, status, origin, retry, remedy, title, titleZh, errors });
    expect(problem).toMatchObject({ requestId: ids.requestId, exchangeId: ids.exchange, retryAfterSeconds: undefined });
    expect(problem?.message).toBe(`${code} (${status}): ${title}`);
    expect(problem?.is(code)).toBe(true);
    expect(problem?.is(code === 'internal' ? 'token.missing' : 'internal')).toBe(false);
  });

  it('of a gateway that has newer ones is told too, and not repeated if what to do is not known', () => {
    const reply = replyOf('internal', { code: 'source.embarrassed', retry: 'perhaps' });
    expect(problemOf(reply)).toMatchObject({ code: 'source.embarrassed', retry: 'never' });
  });

  it('has the seconds of Retry-After', () => {
    const after = (seconds: string) =>
      problemOf({ ...replyOf('source.busy'), headers: { ...headers, 'retry-after': seconds } })?.retryAfterSeconds;
    expect([after('7'), after('-7'), after('Fri, 31 Dec 1999 23:59:59 GMT'), after('9'.repeat(40))]).toEqual([
      7,
      undefined,
      undefined,
      undefined,
    ]);
  });

  it.each<[string, Readonly<Record<string, unknown>>]>([
    ['another status than its answer', { status: 200 }],
    ['no code', { code: undefined }],
    ['a code that is text', { code: 'see https://other.test' }],
    ['an origin that is none', { origin: 'elsewhere' }],
  ])('with %s is none of the gateway', (_what, changed) => {
    expect(problemOf(replyOf('internal', changed))).toBeUndefined();
  });

  it('of another media type, or that is not JSON, is none of the gateway', () => {
    const reply = replyOf('internal');
    expect(problemOf({ ...reply, headers: { 'content-type': 'application/json' } })).toBeUndefined();
    expect(problemOf({ ...reply, headers: {} })).toBeUndefined();
    for (const text of ['', '[]', '{', '{"code":"a","code":"internal"}'])
      expect(problemOf({ ...reply, body: Buffer.from(text) })).toBeUndefined();
  });
});
