import type { Static, TSchema } from '@sinclair/typebox';
import { Value } from '@sinclair/typebox/value';
import type { JsonObject, JsonSchema, JsonValue } from '../domain/json.ts';
import type { SemanticTypeId } from '../semantic/semantic-types.ts';

/** A treatment's word for a value that it does not understand. What then happens is the grant's `onMismatch`. */
export const UNFIT = Symbol('unfit');

/** A treatment's word for leaving the field out. */
export const ABSENT = Symbol('absent');

export type Treated = JsonValue | typeof UNFIT | typeof ABSENT;

/** The field a treatment is compiled for. */
export interface TreatmentSite {
  readonly schema: JsonSchema;
  /** Names of the contract's `match` parameters that are about this field. */
  readonly matchParameters: readonly string[];
  readonly parameters: JsonObject;
}

/** @param value what the record holds; undefined if it holds nothing there */
export type Treat = (value: JsonValue | undefined, query: JsonObject) => Treated;

/** 脱敏处理: one way to make a value less precise. `id@version` goes into the plan and the ledger. */
export interface Treatment {
  readonly id: string;
  /** Raised whenever the same value comes out differently than before. */
  readonly version: number;
  readonly titleZh: string;
  readonly accepts: {
    readonly types: readonly ('boolean' | 'integer' | 'number' | 'string')[];
    /** The only semantic types it understands; any if absent. */
    readonly semantics?: readonly SemanticTypeId[];
  };
  readonly parameters: TSchema;
  /** What comes out for a value that is there and not null. */
  emits(site: TreatmentSite): JsonSchema;
  /** Whether it makes something of null and of a missing value, or leaves them as they are. */
  readonly answersForMissing: boolean;
  /** Whether it may leave the field out by itself. */
  readonly optional: boolean;
  /** What is wrong with using it here, if anything, in words for who writes grants. */
  refuses?(site: TreatmentSite): string | undefined;
  compile(site: TreatmentSite): Treat;
}

/** The parameters of a grant, typed. They were checked, with messages for people, when the grant was compiled. */
export function readParameters<Schema extends TSchema>(schema: Schema, parameters: JsonObject): Static<Schema> {
  if (!Value.Check(schema, parameters)) throw new TypeError('treatment compiled with unchecked parameters');
  return parameters;
}
