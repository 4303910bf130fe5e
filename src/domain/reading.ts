import type { JsonObject } from './json.ts';
import type { ProblemPointer } from './problem-pointer.ts';

/** A source's body read by its contract: the record, or where it broke the contract. */
export type Reading = { readonly record: JsonObject } | { readonly broken: readonly ProblemPointer[] };
