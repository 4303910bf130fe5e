import type { OnMismatch } from '../domain/grant.ts';
import { isJsonArray, isJsonObject, type JsonObject, type JsonSchema, type JsonValue } from '../domain/json.ts';
import type { PlannedField, ProjectionInput } from '../domain/plan.ts';
import { Problem } from '../domain/problem.ts';
import { FORBIDDEN_KEYS } from '../domain/strict-json.ts';
import { isKeyPath } from '../schema/form.ts';
import { ABSENT, type Treat, type Treated, UNFIT } from '../treatment/treatment.ts';

/** What stands for a value that does not fit its treatment, where the grant says `redact`. */
export const REDACTED = '****';

export type ProjectionContext = Omit<ProjectionInput, 'record'>;

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
  const { field, treat, answersForMissing } = options;
  const { output } = field;
  return (value, context) => {
    const { witness } = context;
    if (!answersForMissing && (value === undefined || value === null)) {
      witness?.(output, 'missing');
      return value === null ? null : ABSENT;
    }
    const treated = treat(value, context);
    if (treated === UNFIT) return unfit(options, witness);
    witness?.(output, treated === ABSENT ? 'missing' : 'released');
    return treated;
  };
}

function unfit({ field, onMismatch }: LeafOptions, witness: ProjectionInput['witness']): typeof ABSENT | string {
  const { output, treatment } = field;
  witness?.(output, onMismatch === 'drop' ? 'dropped' : onMismatch === 'redact' ? 'redacted' : 'unfit');
  if (onMismatch === 'drop') return ABSENT;
  if (onMismatch === 'redact') return REDACTED;
  throw new Problem('treatment.unfit', { errors: [{ pointer: output, rule: treatment }] });
}

export interface Entry {
  readonly key: string;
  readonly from: string;
  readonly projection: Projection;
}

/** Builds a fresh object out of what is named. Whatever the source sends besides has nowhere to go. */
export function objectProjection(entries: readonly Entry[]): Projection['project'] {
  const members = entries.map(({ key, from, projection }) => ({
    key,
    from,
    // Of a key that no object has by itself it need not be asked whether the member is the record's own.
    isInherited: from in Object.prototype,
    project: projection.project,
    isWanted: (wanted: ReadonlySet<string>): boolean => isWanted(projection, wanted),
  }));
  return ofObjects((value, context) => {
    const { wanted } = context;
    const released: Record<string, JsonValue> = {};
    for (const { key, from, isInherited, project, isWanted } of members) {
      if (wanted !== undefined && !isWanted(wanted)) continue;
      const member = isInherited && !Object.hasOwn(value, from) ? undefined : value[from];
      const out = project(member, context);
      if (out !== ABSENT) released[key] = out;
    }
    return released;
  });
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

interface MapOptions {
  readonly keys: Projection;
  readonly values: Projection;
  /** Where its keys will stand in the answer. */
  readonly output: string;
}

/** A key leaves as its treatment has it, or its value does not leave either. */
export function mapProjection({ keys, values, output }: MapOptions): Projection['project'] {
  return ofObjects((value, context) => {
    const released: Record<string, JsonValue> = {};
    const taken = new Set<string>();
    for (const name of Object.keys(value)) {
      const key = keys.project(name, context);
      if (key === ABSENT) continue;
      const checked = checkedKey(key, taken);
      if ('rule' in checked) throw new Problem('treatment.unfit', { errors: [{ pointer: output, ...checked }] });
      taken.add(checked.key);
      const out = values.project(value[name], context);
      if (out !== ABSENT) released[checked.key] = out;
    }
    return released;
  });
}

/** Of two entries that come out under one key, one would be lost, and nobody could say which. */
function checkedKey(key: JsonValue, taken: ReadonlySet<string>): { readonly key: string } | { readonly rule: string } {
  if (typeof key !== 'string') return { rule: 'key-not-text' };
  if (FORBIDDEN_KEYS.has(key)) return { rule: 'key-forbidden' };
  return taken.has(key) ? { rule: 'key-collision' } : { key };
}

interface ChoiceOptions {
  readonly discriminator: string;
  /** By the constant of each; undefined for a variant that nothing leaves of. */
  readonly variants: ReadonlyMap<string, Projection | undefined>;
}

/** A value of a variant that nothing is granted of is left out: that there is one is not told either. */
export function choiceProjection({ discriminator, variants }: ChoiceOptions): Projection['project'] {
  return ofObjects((value, context) => {
    const kind = Object.hasOwn(value, discriminator) ? value[discriminator] : undefined;
    if (typeof kind !== 'string' || !variants.has(kind)) throw new Problem('source.contract-broken');
    return variants.get(kind)?.project(value, context) ?? ABSENT;
  });
}

type Released = ReturnType<Projection['project']>;

function ofObjects(release: (value: JsonObject, context: ProjectionContext) => Released): Projection['project'] {
  return (value, context) => {
    if (value === undefined) return ABSENT;
    if (value === null) return null;
    if (!isJsonObject(value)) throw new Problem('source.contract-broken');
    return release(value, context);
  };
}

/** The keys of a map are nothing to ask for by themselves: they come with its values. */
function isWanted({ fields }: Projection, wanted: ReadonlySet<string>): boolean {
  return fields.some(({ output }) => wanted.has(output) && !isKeyPath(output));
}
