import type { Contract } from './contract.ts';
import type { Grant, Purpose } from './grant.ts';
import type { JsonObject, JsonSchema } from './json.ts';
import type { ProblemPointer } from './problem.ts';

/** One thing that can leave: where from, where to, and what was done to it on the way. */
export interface PlannedField {
  /** Path in the answer; also the name by which `fields` of a request narrows. */
  readonly output: string;
  /** Path in the record. */
  readonly path: string;
  /** `id@version` of the treatment. */
  readonly treatment: string;
}

export interface ProjectionInput {
  readonly record: JsonObject;
  readonly query: JsonObject;
  /** Outputs that the caller wants of those granted; all if undefined. */
  readonly wanted: ReadonlySet<string> | undefined;
}

/** A grant compiled against its contract: everything the request path needs to know, decided beforehand. */
export interface Plan {
  readonly grant: Grant;
  readonly contract: Contract;
  readonly purpose: Purpose;
  readonly fields: readonly PlannedField[];
  /** What an answer looks like for this consumer: no annotation, no field that is not granted. */
  readonly derivedSchema: JsonSchema;
  /** SHA-256 over contract, grant and treatment versions, hex: equal hash, equal behaviour. */
  readonly hash: string;
  /** @throws Problem `treatment.unfit` */
  project(input: ProjectionInput): JsonObject;
  /** Against the derived schema; a narrowed answer may lack what it would otherwise have to hold. */
  checkReleased(released: JsonObject, narrowed: boolean): readonly ProblemPointer[];
}
