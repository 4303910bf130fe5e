import type { Classification } from './classification.ts';
import type { JsonObject, JsonSchema, JsonValue } from './json.ts';
import type { Names } from './party.ts';
import type { ProblemPointer } from './problem-pointer.ts';

/**
 * How a query parameter is used: `filter` goes to the source and the record that comes back must be about that value;
 * `match` stays in the gateway and is only compared with the record.
 */
export interface QueryParameter {
  readonly name: string;
  readonly use: 'filter' | 'match';
  readonly required: boolean;
  /** JSON pointer of the field of the record that it is about. */
  readonly field: string;
}

/**
 * A leaf of the record: what a grant can name. `*` stands for every item of an array and every value of a map, `{key}` for
 * the keys of a map, `=person` for the variant of a choice that calls itself person.
 */
export interface Field {
  readonly path: string;
  /** The field's own schema, references resolved, annotations included. */
  readonly schema: JsonSchema;
}

/** 数据契约: one resource of one department in one major version. Immutable once loaded. */
export interface Contract {
  /** `department.resource.vN`; equal to its folder. */
  readonly id: string;
  readonly version: string;
  readonly title: Names;
  readonly department: string;
  readonly source: {
    readonly id: string;
    readonly path: string;
    /** Whether asking twice does what asking once does; no if absent. */
    readonly idempotent?: boolean;
  };
  /** How many records the source has, about; for estimating how many share what is released. */
  readonly population?: number;
  /** The highest of its fields decides (就高从严). */
  readonly classification: Classification;
  readonly parameters: readonly QueryParameter[];
  readonly fields: readonly Field[];
  /** The query's schema, references resolved. */
  readonly query: JsonSchema;
  /** The record's schema, references resolved. */
  readonly schema: JsonSchema;
  /** SHA-256 over the canonical contract and schema, hex. */
  readonly hash: string;
  checkQuery(query: JsonObject): readonly ProblemPointer[];
  checkRecord(record: JsonValue): readonly ProblemPointer[];
}
