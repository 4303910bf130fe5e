import type { JsonSchema } from '../domain/json.ts';
import type { TextType } from './semantic-type.ts';

/** One level of a classification above its finest. */
export interface HierarchyLevel {
  /** The parts of a code that the level tells, and those of the levels above it. */
  readonly parts: readonly string[];
  readonly emits: JsonSchema;
  /** @param code in the type's one spelling; undefined if it is of a higher level itself, or in no class of this one */
  readonly of: (code: string) => string | undefined;
}

/** A classification of which a code of each level says the codes above it, or from which a table does. */
export interface Hierarchy {
  /** The standard with its year: another edition is another hierarchy. */
  readonly source: string;
  readonly type: TextType;
  readonly levels: Readonly<Record<string, HierarchyLevel>>;
}

/** The levels as precisions of the type. */
export function precisionsOf(levels: Hierarchy['levels']): TextType['precisions'] {
  return Object.fromEntries(Object.entries(levels).map(([name, { parts }]) => [name, parts]));
}
