import type { OnMismatch } from '../domain/grant.ts';
import { isJsonArray, type JsonObject, type JsonSchema, type JsonValue } from '../domain/json.ts';
import type { PlannedField } from '../domain/plan.ts';
import { Problem } from '../domain/problem.ts';
import { ABSENT, type Treat, type Treated, UNFIT } from '../treatment/treatment.ts';

/** What stands for a value that does not fit its treatment, where the grant says `redact`. */
export const REDACTED = '****';

export interface ProjectionContext {
  readonly query: JsonObject;
  readonly wanted: ReadonlySet<string> | undefined;
}

/** A piece of a plan: what it lets out, in which form, and the closure that does it. */
export interface Projection {
  readonly schema: JsonSchema;
  /** Whether it is in every answer whose record has what it is made of. */
  readonly required: boolean;
  /** Whether it makes something of a value that is not there. An object that holds such a field does not. */
  readonly answersForMissing: boolean;
  readonly fields: readonly PlannedField[];
  project(value: JsonValue | undefined, context: ProjectionContext): Exclude<Treated, typeof UNFIT>;
}

interface LeafOptions {
  readonly field: PlannedField;
  readonly treat: Treat;
  readonly answersForMissing: boolean;
  readonly onMismatch: OnMismatch;
}

export function leafProjection(options: LeafOptions): Projection['project'] {
  const { field, treat, answersForMissing, onMismatch } = options;
  return (value, { query }) => {
    if (!answersForMissing && value === undefined) return ABSENT;
    if (!answersForMissing && value === null) return null;
    const treated = treat(value, query);
    if (treated !== UNFIT) return treated;
    if (onMismatch === 'drop') return ABSENT;
    if (onMismatch === 'redact') return REDACTED;
    throw new Problem('treatment.unfit', { errors: [{ pointer: field.output, rule: field.treatment }] });
  };
}

export interface Entry {
  readonly key: string;
  readonly from: string;
  readonly projection: Projection;
}

/** Builds a fresh object out of what is named. Whatever the source sends besides has nowhere to go. */
export function objectProjection(entries: readonly Entry[]): Projection['project'] {
  return (value, context) => {
    if (value === undefined) return ABSENT;
    if (value === null) return null;
    if (typeof value !== 'object' || isJsonArray(value)) throw new Problem('source.contract-broken');
    const released: Record<string, JsonValue> = {};
    for (const { key, from, projection } of entries) {
      if (!isWanted(projection, context)) continue;
      const out = projection.project(Object.hasOwn(value, from) ? value[from] : undefined, context);
      if (out !== ABSENT) released[key] = out;
    }
    return released;
  };
}

export function arrayProjection(item: Projection): Projection['project'] {
  return (value, context) => {
    if (value === undefined) return ABSENT;
    if (value === null) return null;
    if (!isJsonArray(value)) throw new Problem('source.contract-broken');
    const released: JsonValue[] = [];
    for (const element of value) {
      const out = item.project(element, context);
      if (out !== ABSENT) released.push(out);
    }
    return released;
  };
}

function isWanted({ fields }: Projection, { wanted }: ProjectionContext): boolean {
  return wanted === undefined || fields.some(({ output }) => wanted.has(output));
}
