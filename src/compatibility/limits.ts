import type { JsonSchema, JsonValue } from '../domain/json.ts';
import type { Difference, Versions } from './difference.ts';
import { baseTypes } from './types.ts';

interface LimitKind {
  readonly types: readonly string[];
  readonly closed: string;
  /** The keyword of the same limit that does not let the bound itself pass. */
  readonly open?: string;
  /** 1 for a limit from below, -1 for one from above. */
  readonly sign: 1 | -1;
  /** What a limit that is not stated amounts to, signed. */
  readonly absent: number;
}

const size = (types: readonly string[], of: string): readonly LimitKind[] => [
  // Nothing is shorter than nothing: to state 0 changes nothing.
  { types, closed: `min${of}`, sign: 1, absent: 0 },
  { types, closed: `max${of}`, sign: -1, absent: Number.NEGATIVE_INFINITY },
];
const NUMBERS = ['integer', 'number'];
const LIMITS: readonly LimitKind[] = [
  ...size(['string'], 'Length'),
  ...size(['array'], 'Items'),
  ...size(['object'], 'Properties'),
  { types: NUMBERS, closed: 'minimum', open: 'exclusiveMinimum', sign: 1, absent: Number.NEGATIVE_INFINITY },
  { types: NUMBERS, closed: 'maximum', open: 'exclusiveMaximum', sign: -1, absent: Number.NEGATIVE_INFINITY },
];

/** Signed so that the larger limit is the tighter one, from below as from above. */
interface Limit {
  readonly value: number;
  readonly open: boolean;
}

/** How lengths, counts and bounds differ, of those that apply to the types of both. */
export function limitDifferences({ old, now }: Versions): readonly Difference[] {
  const types = [...baseTypes(old), ...baseTypes(now)];
  // Where one side has integers alone, so have the values that both sides have.
  const whole = types.includes('integer');
  return LIMITS.filter((kind) => types.every((type) => kind.types.includes(type))).flatMap((kind): Difference[] => {
    const before = limitOf(old, kind, whole);
    const after = limitOf(now, kind, whole);
    if (isTighter(after, before)) return [{ rule: 'constraint-tightened', keyword: kind.closed }];
    return isTighter(before, after) ? [{ rule: 'constraint-loosened', keyword: kind.closed }] : [];
  });
}

function limitOf(schema: JsonSchema, { closed, open, sign, absent }: LimitKind, whole: boolean): Limit {
  const signed = (value: JsonValue | undefined): number => (typeof value === 'number' ? sign * value : absent);
  const including = { value: signed(schema[closed]), open: false };
  const excluding = { value: open === undefined ? absent : signed(schema[open]), open: true };
  const limit = isTighter(excluding, including) && Number.isFinite(excluding.value) ? excluding : including;
  if (!whole || !Number.isFinite(limit.value)) return limit;
  // Among integers, more than 0 is the same as at least 1.
  return { value: limit.open ? Math.floor(limit.value) + 1 : Math.ceil(limit.value), open: false };
}

function isTighter(one: Limit, other: Limit): boolean {
  return one.value > other.value || (one.value === other.value && one.open && !other.open);
}
