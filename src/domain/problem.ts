import type { RequestFacts, SourceFacts } from './exchange-facts.ts';
import type { FreezeKind } from './freeze.ts';
import type { Receipt } from './ledger-entry.ts';
import type { UnprovenReason } from './party.ts';
import type { Plan } from './plan.ts';
import type { ProblemPointer } from './problem-pointer.ts';
import { PROBLEMS, type ProblemCode, type ProblemSpec } from './problems.ts';
import type { QuotaName, QuotaState } from './quotas.ts';
import type { Repeated } from './repeat.ts';

export interface ProblemOptions {
  readonly errors?: readonly ProblemPointer[];
  readonly retryAfterSeconds?: number;
  /** What is known of the exchange although its stage did not pass; for the ledger, never for the caller. */
  readonly known?: KnownAtRefusal;
  /** What the request repeats: for the caller, whose own it is, and for the ledger. */
  readonly repeats?: Repeated;
  /** Which quota of the grant is used up. */
  readonly over?: QuotaName;
  /** How the quotas of the grant stand. */
  readonly quotas?: readonly QuotaState[];
  /** Of the entry of this very problem. */
  readonly receipt?: Receipt;
  /** Private: logged by name, never sent. */
  readonly cause?: unknown;
}

/** Registered names, and what is digested or encrypted before it is kept. What a caller made up is not repeated anywhere. */
export interface KnownAtRefusal {
  /** Where no plan was found. */
  readonly purpose?: string;
  readonly plan?: Plan;
  readonly request?: RequestFacts;
  readonly source?: SourceFacts;
  readonly fields?: readonly string[];
  /** Why the caller is not proven. */
  readonly reason?: UnprovenReason;
  /** What of the exchange is frozen. */
  readonly frozen?: FreezeKind;
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
  // Private, so that nothing that prints an error prints what a citizen was asked about.
  readonly #known: KnownAtRefusal;
  readonly repeats: Repeated | undefined;
  readonly over: QuotaName | undefined;
  readonly quotas: readonly QuotaState[];
  readonly receipt: Receipt | undefined;

  constructor(code: ProblemCode, options: ProblemOptions = {}) {
    super(PROBLEMS[code].title, 'cause' in options ? { cause: options.cause } : {});
    this.name = 'Problem';
    this.code = code;
    this.errors = options.errors ?? [];
    this.retryAfterSeconds = options.retryAfterSeconds;
    this.#known = options.known ?? {};
    this.repeats = options.repeats;
    this.over = options.over;
    this.quotas = options.quotas ?? [];
    this.receipt = options.receipt;
  }

  get known(): KnownAtRefusal {
    return this.#known;
  }

  /** The same problem, with this known of the exchange besides. */
  knowing(known: KnownAtRefusal): Problem {
    return this.#with({ known: { ...this.#known, ...known } });
  }

  /** The same problem, entered there. */
  enteredAt(receipt: Receipt): Problem {
    return this.#with({ receipt });
  }

  #with(more: Pick<ProblemOptions, 'known' | 'receipt'>): Problem {
    const { code, errors, retryAfterSeconds, repeats, over, quotas, receipt } = this;
    return new Problem(code, {
      errors,
      quotas,
      known: this.#known,
      ...('cause' in this ? { cause: this.cause } : {}),
      ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }),
      ...(repeats === undefined ? {} : { repeats }),
      ...(over === undefined ? {} : { over }),
      ...(receipt === undefined ? {} : { receipt }),
      ...more,
    });
  }

  get spec(): ProblemSpec {
    return PROBLEMS[this.code];
  }
}

/** Anything thrown, as a problem: our own bugs are the gateway's fault, never the caller's. */
export function asProblem(error: unknown): Problem {
  return error instanceof Problem ? error : new Problem('internal', { cause: error });
}

/** Whatever the work throws, with this known besides. */
export async function knowing<T>(known: KnownAtRefusal, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw asProblem(error).knowing(known);
  }
}
