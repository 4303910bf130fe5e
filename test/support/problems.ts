import { expect } from 'vitest';
import type { JsonObject } from '../../src/domain/json.ts';
import type { StageName } from '../../src/domain/observer.ts';
import { PROBLEMS, type ProblemCode, type ProblemSpec } from '../../src/domain/problems.ts';
import type { ProblemBody } from '../../src/http/answer-problems.ts';
import { exampleResident, type Harness, type Reply } from './harness.ts';

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

export type Errors = readonly { readonly pointer: string; readonly rule: string }[];

/** The whole of a problem as RFC 9457 and the table of problems have it: nothing missing, nothing besides. */
export function expectProblem(reply: Reply, code: ProblemCode, errors?: Errors): ProblemBody {
  const spec: ProblemSpec = PROBLEMS[code];
  const { status, title, titleZh, origin, retry, remedy } = spec;
  const {
    requestId,
    exchangeId,
    errors: found,
    repeats: _first,
    violatedPolicies: _over,
    ...problem
  } = reply.problem();
  expect(reply.status).toBe(status);
  if (errors !== undefined) expect(found).toEqual(errors);
  expect(problem).toEqual({
    type: `urn:shuqiao:problem:${code}`,
    title,
    titleZh,
    status,
    code,
    origin,
    retry,
    remedy,
  });
  expect(remedy).not.toBe('');
  expect(reply.headers).toMatchObject({
    'content-type': 'application/problem+json',
    'error-origin': origin,
    'cache-control': 'no-store',
    'request-id': requestId,
  });
  expect(requestId).toMatch(UUID);
  expect(reply.headers['exchange-id']).toBe(exchangeId);
  expectNoneOf([JSON.stringify(reply.headers), reply.body], canaries());
  return reply.problem();
}

export interface ExpectedEntry {
  readonly code: ProblemCode;
  readonly stages: readonly StageName[];
  readonly errors?: Errors;
}

/**
 * A problem that ended an exchange: answered, and one entry in the ledger with how far it had got. Without an answer,
 * because nobody was there to get it, the entry is the last one.
 */
export async function expectEntered(
  harness: Harness,
  reply: Reply | undefined,
  { code, stages, errors }: ExpectedEntry,
): Promise<JsonObject> {
  const all = await harness.entries();
  const problem = reply === undefined ? undefined : expectProblem(reply, code, errors);
  const exchange = problem === undefined ? all.at(-1)?.['exchange'] : problem.exchangeId;
  const entries = all.filter((entry) => entry['exchange'] === exchange);
  expect(entries).toHaveLength(1);
  const [entry = {}] = entries;
  const { outcome, origin } = PROBLEMS[code];
  expect(entry).toMatchObject({ outcome, origin, code, stages });
  if (problem !== undefined) expect(entry['request']).toBe(problem.requestId);
  return entry;
}

/** Everything of a person that the exchanges of these tests are about. */
export function canaries(): readonly string[] {
  const { residentId, name, mobile, address, household } = exampleResident();
  const members = (household?.members ?? []).flatMap((member) => [member.name, member.residentId]);
  return [residentId, name, mobile, address.text, household?.number, ...members].filter(
    (value): value is string => typeof value === 'string',
  );
}

export function expectNoneOf(texts: readonly string[], values: readonly string[]): void {
  // By position and not by value, so that a failure does not print what must not be printed.
  const found = values.flatMap((value, index) => (texts.some((text) => text.includes(value)) ? [index] : []));
  expect(found, 'values found where none may be').toEqual([]);
}

/** Log, metrics and ledger: where what a caller sent or a source said must never turn up. */
export async function kept(harness: Harness): Promise<readonly string[]> {
  return [harness.log.join(''), await harness.metrics(), JSON.stringify(await harness.entries())];
}
