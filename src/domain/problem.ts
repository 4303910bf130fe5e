import type { Receipt } from './ledger-entry.ts';
import type { UnprovenReason } from './party.ts';
import { PROBLEMS, type ProblemCode, type ProblemSpec } from './problems.ts';
import type { Repeated } from './repeat.ts';

/** One place in the request that does not fit: a JSON pointer and a word for the rule, never the value. */
export interface ProblemPointer {
  readonly pointer: string;
  readonly rule: string;
}

export interface ProblemOptions {
  readonly errors?: readonly ProblemPointer[];
  readonly retryAfterSeconds?: number;
  /** What is known of the exchange although its stage did not pass; for the ledger, never for the caller. */
  readonly known?: KnownAtRefusal;
  /** What the request repeats: for the caller, whose own it is, and for the ledger. */
  readonly repeats?: Repeated;
  /** Of the entry of this very problem. */
  readonly receipt?: Receipt;
  /** Private: logged by name, never sent. */
  readonly cause?: unknown;
}

/** Registered names only. What a caller made up is not repeated anywhere. */
export interface KnownAtRefusal {
  readonly purpose?: string;
  readonly grant?: string;
  readonly fields?: readonly string[];
  /** Why the caller is not proven. */
  readonly reason?: UnprovenReason;
  /**
   * Where the source broke its contract, in the contract's own names. Not for the caller: a place in the record tells of
   * fields outside its grant that they are there.
   */
  readonly broken?: readonly ProblemPointer[];
}

/** The only error that has a status. Whatever else is thrown is `internal`. */
export class Problem extends Error {
  readonly code: ProblemCode;
  readonly errors: readonly ProblemPointer[];
  readonly retryAfterSeconds: number | undefined;
  readonly known: KnownAtRefusal;
  readonly repeats: Repeated | undefined;
  readonly receipt: Receipt | undefined;

  constructor(code: ProblemCode, options: ProblemOptions = {}) {
    super(PROBLEMS[code].title, 'cause' in options ? { cause: options.cause } : {});
    this.name = 'Problem';
    this.code = code;
    this.errors = options.errors ?? [];
    this.retryAfterSeconds = options.retryAfterSeconds;
    this.known = options.known ?? {};
    this.repeats = options.repeats;
    this.receipt = options.receipt;
  }

  get spec(): ProblemSpec {
    return PROBLEMS[this.code];
  }
}

/** The same problem, entered there. */
export function withReceipt(problem: Problem, receipt: Receipt): Problem {
  const { code, errors, retryAfterSeconds, known, repeats, cause } = problem;
  return new Problem(code, {
    errors,
    known,
    receipt,
    ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }),
    ...(repeats === undefined ? {} : { repeats }),
    ...('cause' in problem ? { cause } : {}),
  });
}

/** Anything thrown, as a problem: our own bugs are the gateway's fault, never the caller's. */
export function asProblem(error: unknown): Problem {
  return error instanceof Problem ? error : new Problem('internal', { cause: error });
}
