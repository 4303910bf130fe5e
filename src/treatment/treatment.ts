import type { Static, TSchema } from '@sinclair/typebox';
import { Value } from '@sinclair/typebox/value';
import type { OnMismatch } from '../domain/grant.ts';
import type { JsonObject, JsonSchema, JsonValue } from '../domain/json.ts';
import type { ProjectionInput } from '../domain/plan.ts';
import type { Precision } from '../domain/precision.ts';
import type { ScopedKeys } from '../domain/treatment-keys.ts';
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
  /**
   * The parameters that say whose record is asked for, if the field is about them; none for a field about others, as
   * one below a list is. Only what treats by subject needs it.
   */
  readonly subject?: readonly SubjectParameter[];
}

/** A parameter that every query has, and the schema of the field that it is about. */
export interface SubjectParameter {
  readonly name: string;
  readonly schema: JsonSchema;
}

/** What of an exchange, beside the value, may decide what becomes of it. */
export type Circumstances = Pick<ProjectionInput, 'query' | 'nowMs'>;

/** @param value what the record holds; undefined if it holds nothing there */
export type Treat = (value: JsonValue | undefined, circumstances: Circumstances) => Treated;

/** Families of GB/T 37964-2019 (and ISO/IEC 20889); `assertion` is a yes or no about the value, `none` the value itself. */
export const TECHNIQUES = [
  'none',
  'assertion',
  'suppression',
  'generalisation',
  'pseudonymisation',
  'encryption',
] as const;
export type Technique = (typeof TECHNIQUES)[number];

/** How far two of its outputs can be joined because they stand for the same value. */
export const LINKABILITIES = ['none', 'purpose', 'department', 'global'] as const;
export type Linkability = (typeof LINKABILITIES)[number];

/** Who could get the value back out of what comes out. */
export const REVERSIBILITIES = ['nobody', 'gateway', 'everybody'] as const;
export type Reversibility = (typeof REVERSIBILITIES)[number];

/** What a text can become that does not fit; what is no text cannot be redacted. */
export const ANY_MISMATCH: readonly OnMismatch[] = ['fail', 'drop', 'redact'];
export const FAIL_OR_DROP: readonly OnMismatch[] = ['fail', 'drop'];

/** 脱敏处理: one way to make a value less precise. `id@version` goes into the plan and the ledger. */
export interface Treatment {
  readonly id: string;
  /** Raised whenever the same value comes out differently than before. */
  readonly version: number;
  readonly titleEn: string;
  readonly titleZh: string;
  /** What its declaration cannot say and whoever grants it has to know. */
  readonly caution?: string;
  readonly technique: Technique;
  /** Whether the same value, for the same grant and query, always comes out the same, or only within a day of China. */
  readonly deterministic: boolean | 'per-day';
  readonly linkable: Linkability;
  readonly reversible: Reversibility;
  /** Whether it needs a key of the gateway's. */
  readonly keyed: boolean;
  readonly accepts: {
    readonly types: readonly ('boolean' | 'integer' | 'number' | 'string')[];
    /** The only meanings it understands, `untyped` being none; any if absent. */
    readonly semantics?: readonly (SemanticTypeId | 'untyped')[];
  };
  readonly parameters: TSchema;
  /** What a grant may say becomes of a value that does not fit; letting it through is not among it. */
  readonly onMismatch: readonly OnMismatch[];
  /** What comes out for a value that is there and not null. */
  emits(site: TreatmentSite): JsonSchema;
  /** What is known of the value by who has what comes out. */
  reveals(site: TreatmentSite): Precision;
  /** Whether it makes something of null and of a missing value, or leaves them as they are. */
  readonly answersForMissing: boolean;
  /** Whether it may leave the field out by itself. */
  readonly optional: boolean;
  /** What is wrong with using it here, if anything, in words for who writes grants. */
  refuses?(site: TreatmentSite): string | undefined;
  compile(site: TreatmentSite, keys: ScopedKeys): Treat;
}

/** The parameters of a grant, typed. They were checked, with messages for people, when the grant was compiled. */
export function readParameters<Schema extends TSchema>(schema: Schema, parameters: JsonObject): Static<Schema> {
  if (!Value.Check(schema, parameters)) throw new TypeError('treatment compiled with unchecked parameters');
  return parameters;
}
