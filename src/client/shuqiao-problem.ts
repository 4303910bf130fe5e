import { isJsonArray, isJsonObject, type JsonObject, type JsonValue } from '../domain/json.ts';
import { OUTCOMES, type Outcome, type Receipt } from '../domain/ledger-entry.ts';
import type { ProblemPointer } from '../domain/problem-pointer.ts';
import type { ProblemCode, ProblemOrigin, Retry } from '../domain/problems.ts';
import { parseStrictJson } from '../domain/strict-json.ts';

const CODE = /^[a-z]+(?:\.[a-z]+(?:-[a-z]+)*)?$/;
const ORIGINS: readonly ProblemOrigin[] = ['gateway', 'provider', 'policy'];
const RETRIES: readonly Retry[] = ['never', 'after-change', 'later'];

/** The first exchange under a request id. */
export interface AnsweredBefore {
  readonly exchangeId: string;
  readonly outcome: Outcome;
  readonly receipt: Receipt;
}

/** What the gateway answered instead: a refusal or a failure (RFC 9457). It never holds a value of the request or of a record. */
export class ShuqiaoProblem extends Error {
  /** One of docs/problems.md, or one that this version does not know yet. */
  readonly code: string;
  readonly status: number;
  readonly title: string;
  readonly titleZh: string;
  readonly origin: ProblemOrigin;
  /** What to do with the same request: nothing, correct it first, or send it again later. */
  readonly retry: Retry;
  readonly remedy: string;
  readonly requestId: string;
  /** The exchange as the ledger has it; absent where there was none. */
  readonly exchangeId: string | undefined;
  /** Places in the request, as JSON pointers. */
  readonly errors: readonly ProblemPointer[];
  readonly retryAfterSeconds: number | undefined;
  /** Of `repeat.answered`: how the request ended that first had this id. It was not run again, and its answer is not kept. */
  readonly answeredBefore: AnsweredBefore | undefined;

  constructor(body: Omit<ShuqiaoProblem, keyof Error | 'is'>) {
    super(`${body.code} (${body.status}): ${body.title}`);
    this.name = 'ShuqiaoProblem';
    this.code = body.code;
    this.status = body.status;
    this.title = body.title;
    this.titleZh = body.titleZh;
    this.origin = body.origin;
    this.retry = body.retry;
    this.remedy = body.remedy;
    this.requestId = body.requestId;
    this.exchangeId = body.exchangeId;
    this.errors = body.errors;
    this.retryAfterSeconds = body.retryAfterSeconds;
    this.answeredBefore = body.answeredBefore;
  }

  /** Compares with a code of the table, so that a typing error does not compile. */
  is(code: ProblemCode): boolean {
    return this.code === code;
  }
}

interface ProblemReply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Uint8Array;
}

/** Undefined if it is none of the gateway's: whatever stands between may answer with anything. */
export function problemOf({ status, headers, body }: ProblemReply): ShuqiaoProblem | undefined {
  const problem = objectOf(body);
  if (!/^application\/problem\+json\b/i.test(String(headers['content-type'])) || problem === undefined)
    return undefined;
  const text = (name: string): string => (typeof problem[name] === 'string' ? problem[name] : '');
  const origin = ORIGINS.find((known) => known === problem['origin']);
  if (!CODE.test(text('code')) || problem['status'] !== status || origin === undefined) return undefined;
  return new ShuqiaoProblem({
    code: text('code'),
    status,
    title: text('title'),
    titleZh: text('titleZh'),
    origin,
    // A word that is not known is none to act on.
    retry: RETRIES.find((known) => known === problem['retry']) ?? 'never',
    remedy: text('remedy'),
    requestId: text('requestId'),
    exchangeId: text('exchangeId') === '' ? undefined : text('exchangeId'),
    errors: pointersOf(problem['errors']),
    retryAfterSeconds: secondsOf(headers['retry-after']),
    answeredBefore: endingOf(problem['repeats']),
  });
}

/** All of it or nothing: half a receipt is none to keep. */
function endingOf(repeats: JsonValue | undefined): AnsweredBefore | undefined {
  const { exchangeId, outcome: ended, receipt } = isJsonObject(repeats) ? repeats : {};
  const { index, leaf } = isJsonObject(receipt) ? receipt : {};
  const outcome = OUTCOMES.find((known) => known === ended);
  const isReceipt = typeof index === 'number' && Number.isSafeInteger(index) && index >= 0 && typeof leaf === 'string';
  if (typeof exchangeId !== 'string' || outcome === undefined || !isReceipt || !/^[0-9a-f]{64}$/.test(leaf))
    return undefined;
  return { exchangeId, outcome, receipt: { index, leaf } };
}

/** Of a reply that says how a request ended; undefined if it says anything else. */
export function endingIn({ status, body }: ProblemReply): AnsweredBefore | undefined {
  return status === 200 ? endingOf(objectOf(body)) : undefined;
}

function objectOf(body: Uint8Array): JsonObject | undefined {
  try {
    const value = parseStrictJson(body);
    return isJsonObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function pointersOf(errors: JsonValue | undefined): readonly ProblemPointer[] {
  if (!isJsonArray(errors)) return [];
  return errors.flatMap((error) => {
    const { pointer, rule } = isJsonObject(error) ? error : {};
    return typeof pointer === 'string' && typeof rule === 'string' ? [{ pointer, rule }] : [];
  });
}

/** RFC 9110 §10.2.3, the seconds; the gateway sends no dates. */
function secondsOf(header: string | string[] | undefined): number | undefined {
  return typeof header === 'string' && /^\d{1,6}$/.test(header) ? Number(header) : undefined;
}
