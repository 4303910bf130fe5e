import type { Contract } from './contract.ts';
import type { Grant, Purpose, TreatedField } from './grant.ts';
import type { JsonObject, JsonSchema } from './json.ts';
import type { Department } from './party.ts';
import type { ProblemPointer } from './problem-pointer.ts';

/** One thing that can leave: where from, where to, and what was done to it on the way. */
export interface PlannedField {
  /** Path in the answer; also the name by which `fields` of a request narrows. */
  readonly output: string;
  /** Path in the record. */
  readonly path: string;
  /** `id@version` of the treatment. */
  readonly treatment: string;
  /** How much of the value is known by who gets it: the name of a precision of the field. */
  readonly precision: string;
}

/** What became of one value on its way out; `unfit` is one that stops the answer. */
export type Became = 'released' | 'missing' | 'dropped' | 'redacted' | 'unfit';

export interface ProjectionInput {
  readonly record: JsonObject;
  readonly query: JsonObject;
  /** When it is released, in milliseconds since the Unix epoch: how old somebody is depends on it. */
  readonly nowMs: number;
  /** Outputs that the caller wants of those granted; all if undefined. */
  readonly wanted: ReadonlySet<string> | undefined;
  /** Told what became of each value, for explaining; nobody listens in an exchange. */
  readonly witness?: (output: string, became: Became) => void;
}

/** A grant compiled against its contract: everything the request path needs to know, decided beforehand. */
export interface Plan {
  readonly grant: Grant;
  readonly contract: Contract;
  readonly purpose: Purpose;
  readonly consumer: Department;
  /** The granted fields with what is settled about each, in the order of the grant. */
  readonly treated: readonly TreatedField[];
  readonly fields: readonly PlannedField[];
  /** Whether some of them are a yes or no (exists, match, threshold, age): an oracle for who may go on asking. */
  readonly answersFacts: boolean;
  /** What an answer looks like for this consumer: no annotation, no field that is not granted. */
  readonly derivedSchema: JsonSchema;
  /** SHA-256 over contract, grant and treatment versions, hex: equal hash, equal behaviour. */
  readonly hash: string;
  /** Whether the record is within the rows of the grant. One outside them is not there for the consumer. */
  covers(record: JsonObject): boolean;
  /** @throws Problem `treatment.unfit` */
  project(input: ProjectionInput): JsonObject;
  /** Against the derived schema; a narrowed answer may lack what it would otherwise have to hold. */
  checkReleased(released: JsonObject, narrowed: boolean): readonly ProblemPointer[];
}
