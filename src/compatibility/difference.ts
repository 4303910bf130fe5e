import type { JsonSchema } from '../domain/json.ts';
import type { ChangeId } from './rules.ts';

/** One place of a contract in two versions, references resolved. */
export interface Versions {
  readonly old: JsonSchema;
  readonly now: JsonSchema;
}

/** What differs between the two at the place itself. */
export interface Difference {
  readonly rule: ChangeId;
  /** The keyword that changed, where the rule is about more than one. */
  readonly keyword?: string;
}

/** A difference and the field path where it is; empty for the whole. `=kind`, `*` and `{key}` as in the paths of grants. */
export interface Change extends Difference {
  readonly path: string;
}
