import type { Grant } from '../domain/grant.ts';
import type { Plan } from '../domain/plan.ts';
import { isAtMost, isSamePrecision, join, NOTHING, type Precision } from '../domain/precision.ts';
import { type Limits, limitsOf } from '../domain/quota.ts';
import type { Snapshot } from '../domain/snapshot.ts';
import { precisionLabel } from '../semantic/precisions.ts';
import { TREATMENTS } from '../treatment/treatments.ts';

/** A need: who asks what for what. There is at most one grant for it. */
export interface Need {
  readonly system: string;
  readonly contract: string;
  readonly purpose: string;
}

/** A field that a need comes to know more, less or otherwise of. */
export interface FieldChange extends Need {
  readonly change: 'gains' | 'loses' | 'more-precise' | 'less-precise' | 'otherwise-precise';
  readonly path: string;
  readonly from: string;
  readonly to: string;
}

/** Something else that changes in what a need may do: query parameters, rows, approved joining, the time in force, signing. */
export interface RightChange extends Need {
  readonly change:
    | 'gains-parameter'
    | 'loses-parameter'
    | 'rows'
    | 'linkage'
    | 'validity'
    | (typeof LIMITS)[number]
    | 'signature'
    | 'form';
  /** The parameter, each limit from what it was to what it is, the path of the field that looks different at the same precision, or whether requests are signed now. */
  readonly of: string;
}

export interface PolicyDiff {
  readonly fields: readonly FieldChange[];
  readonly rights: readonly RightChange[];
}

/**
 * Exactly which (field, precision) pairs change between two versions of contracts and policies. A policy is a finite
 * table, so comparing it is going through it: nothing is sampled and nothing is left to a solver.
 */
export function diffPolicies(before: Snapshot, after: Snapshot): PolicyDiff {
  const [old, now] = [needsOf(before), needsOf(after)];
  const needs = [...new Set([...old.keys(), ...now.keys()])].sort();
  const pairs = needs.map((key) => ({ from: old.get(key), to: now.get(key) }));
  return {
    fields: pairs.flatMap(({ from, to }) => fieldChanges(from, to)),
    rights: pairs.flatMap(({ from, to }) => rightChanges(from, to)),
  };
}

interface Held {
  readonly need: Need;
  readonly plan: Plan;
  readonly limits: Limits;
  /** Whether the system has to sign its requests. */
  readonly signature: 'required' | 'optional';
}

function needsOf({ plans, systems, quotas }: Snapshot): ReadonlyMap<string, Held> {
  return new Map(
    plans.flatMap((plan) =>
      plan.grant.consumer.systems.map((system) => {
        const need = { system, contract: plan.contract.id, purpose: plan.purpose.id };
        const signature = systems.get(system)?.requestSignature ?? 'optional';
        return [JSON.stringify(Object.values(need)), { need, plan, limits: limitsOf(plan.grant, quotas), signature }];
      }),
    ),
  );
}

function fieldChanges(from: Held | undefined, to: Held | undefined): readonly FieldChange[] {
  const need = (to ?? from)?.need;
  if (need === undefined) return [];
  const [before, after] = [knowledgeOf(from), knowledgeOf(to)];
  const paths = [...new Set([...before.keys(), ...after.keys()])];
  return paths.flatMap((path): readonly FieldChange[] => {
    const [had, has] = [before.get(path)?.known ?? NOTHING, after.get(path)?.known ?? NOTHING];
    if (isSamePrecision(had, has)) return [];
    const words = { from: before.get(path)?.label ?? 'none', to: after.get(path)?.label ?? 'none' };
    return [{ ...need, path, change: directionOf(had, has), ...words }];
  });
}

function directionOf(had: Precision, has: Precision): FieldChange['change'] {
  if (had.size === 0) return 'gains';
  if (has.size === 0) return 'loses';
  if (isAtMost(had, has)) return 'more-precise';
  return isAtMost(has, had) ? 'less-precise' : 'otherwise-precise';
}

interface Knowledge {
  readonly known: Precision;
  readonly label: string;
}

/** What is known of each field by who has all its outputs. */
function knowledgeOf(held: Held | undefined): ReadonlyMap<string, Knowledge> {
  if (held === undefined) return new Map();
  const { contract, treated } = held.plan;
  return new Map(
    contract.fields.flatMap(({ path, schema }) => {
      const uses = treated.filter((field) => field.path === path);
      if (uses.length === 0) return [];
      const known = uses.reduce((all, { treatment, parameters }) => {
        const site = { schema, parameters, matchParameters: [] };
        return join(all, TREATMENTS.get(treatment)?.reveals(site) ?? NOTHING);
      }, NOTHING);
      return [[path, { known, label: precisionLabel(schema, known) }] satisfies [string, Knowledge]];
    }),
  );
}

const BESIDE_FIELDS: readonly (readonly [change: RightChange['change'], of: (grant: Grant) => unknown])[] = [
  ['rows', ({ rows }) => rows ?? []],
  ['linkage', ({ linkage }) => linkage ?? []],
  ['validity', ({ validFrom, validUntil }) => [validFrom, validUntil]],
];

const LIMITS = ['quota', 'probing', 'enumeration'] as const;

function rightChanges(from: Held | undefined, to: Held | undefined): readonly RightChange[] {
  const need = (to ?? from)?.need;
  if (need === undefined) return [];
  const parameters = parameterChanges(need, parametersOf(from), parametersOf(to));
  if (from === undefined || to === undefined) return parameters;
  const [old, now] = [from.plan.grant, to.plan.grant];
  const changed = BESIDE_FIELDS.filter(([, of]) => JSON.stringify(of(old)) !== JSON.stringify(of(now)));
  return [
    ...parameters,
    ...changed.map(([change]) => ({ ...need, change, of: '' })),
    ...LIMITS.flatMap((change) =>
      limitChanges(from.limits[change], to.limits[change]).map((of) => ({ ...need, change, of })),
    ),
    ...(from.signature === to.signature ? [] : [{ ...need, change: 'signature' as const, of: to.signature }]),
    ...formChanges(from, to),
  ];
}

/** As they are for the need, whether its grant says so or the default. */
function limitChanges(from: object, to: object): readonly string[] {
  const had = new Map(Object.entries(from));
  return Object.entries(to)
    .filter(([name, most]) => had.get(name) !== most)
    .map(([name, most]) => `${name} ${String(had.get(name))} -> ${String(most)}`);
}

function parametersOf(held: Held | undefined): readonly string[] {
  return held?.plan.grant.parameters ?? [];
}

function parameterChanges(need: Need, had: readonly string[], has: readonly string[]): readonly RightChange[] {
  return [
    ...has.filter((name) => !had.includes(name)).map((of) => ({ ...need, change: 'gains-parameter' as const, of })),
    ...had.filter((name) => !has.includes(name)).map((of) => ({ ...need, change: 'loses-parameter' as const, of })),
  ];
}

/** Fields whose values look different though as much is known of them: another name, treatment or treatment version. */
function formChanges(from: Held, to: Held): readonly RightChange[] {
  const formOf = ({ plan }: Held, path: string): string =>
    JSON.stringify(
      plan.fields.filter((field) => field.path === path).map(({ output, treatment }) => ({ output, treatment })),
    ) + JSON.stringify(plan.treated.filter((field) => field.path === path).map(({ parameters }) => parameters));
  const [before, after] = [knowledgeOf(from), knowledgeOf(to)];
  return [...after.keys()]
    .filter((path) => {
      const had = before.get(path);
      const has = after.get(path);
      return had !== undefined && has !== undefined && isSamePrecision(had.known, has.known);
    })
    .filter((path) => formOf(from, path) !== formOf(to, path))
    .map((of) => ({ ...to.need, change: 'form' as const, of }));
}
