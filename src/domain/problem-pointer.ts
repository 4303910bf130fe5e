/** One place in the request that does not fit: a JSON pointer and a word for the rule, never the value. */
export interface ProblemPointer {
  readonly pointer: string;
  readonly rule: string;
}
