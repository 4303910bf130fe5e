import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compileContract } from '../../../src/contract/compile-contract.ts';
import { fieldsOf } from '../../../src/contract/fields.ts';
import type { Contract } from '../../../src/domain/contract.ts';
import type { GrantedField } from '../../../src/domain/grant.ts';
import type { JsonObject, JsonSchema, JsonValue } from '../../../src/domain/json.ts';
import { Problem } from '../../../src/domain/problem.ts';
import { grantFindings } from '../../../src/plan/check-grant.ts';
import { compilePlan } from '../../../src/plan/compile-plan.ts';
import { planFields } from '../../../src/plan/plan-fields.ts';
import { withKeys } from '../../../src/plan/wanted.ts';
import { compileCheck } from '../../../src/schema/checker.ts';
import { formOf } from '../../../src/schema/form.ts';
import { NOW } from '../../support/circumstances.ts';
import { makePlanCase, type PlanCase, planChoices } from '../../support/generate-plan.ts';
import { deeplyFrozen, leavesOf, pathOf, shownPath, textsOf } from '../../support/leaves.ts';
import { NO_KEYS } from '../../support/plan-of.ts';

const RUNS = Number(process.env['SHUQIAO_PROPERTY_RUNS'] ?? 2000);
// As many as RUNS needs: a nightly run takes as long as it takes.
const MINUTES = 60_000 * Math.max(1, RUNS / 2000);
/** To compile a check takes longer than all else together. */
const CHECKED_AT_ONCE = 50;

/** What comes out, or undefined where the grant says that the whole answer fails. */
function released(project: () => JsonValue | symbol): JsonObject | undefined {
  try {
    return project() as JsonObject;
  } catch (error) {
    expect(error).toBeInstanceOf(Problem);
    expect(error).toMatchObject({ code: 'treatment.unfit' });
    return undefined;
  }
}

function plan(contract: Contract, fields: readonly GrantedField[]) {
  const granted = fields.map(({ treatment = '', ...field }) => ({ ...field, treatment }));
  return planFields({ contract, granted, keys: NO_KEYS });
}

function releasedBy(contract: Contract, fields: readonly GrantedField[], { record, query }: PlanCase) {
  return released(() => plan(contract, fields).project(record, { query, nowMs: NOW, wanted: undefined }));
}

function reveals(out: JsonValue, canary: string | number): boolean {
  return typeof canary === 'string'
    ? textsOf(out).some((text) => text.includes(canary))
    : leavesOf(out).some(([, leaf]) => leaf === canary);
}

/** The leaves of an answer by their paths instead of their places: an item left out moves those behind it. */
function pathsOf(out: JsonValue): readonly (readonly [path: string, leaf: JsonValue])[] {
  return leavesOf(out).map(([pointer, leaf]) => [pathOf(pointer), leaf]);
}

/** The paths of the keys that a pointer leads through; what is made up as a key never looks like an index. */
function keyPathsOf(pointer: string): readonly string[] {
  return [...pointer.matchAll(/\/(?!\d{1,2}(?:\/|$))[^/A-Za-z][^/]*/g)].map(
    ({ index }) => `${pathOf(pointer.slice(0, index))}/{key}`,
  );
}

function isAtOrBelow(path: string, other: string): boolean {
  return other === path || other.startsWith(`${path}/`);
}

function isSubsequence(some: readonly JsonValue[], of: readonly JsonValue[]): boolean {
  const texts = some.map((value) => JSON.stringify(value));
  let found = 0;
  for (const value of of) if (JSON.stringify(value) === texts[found]) found += 1;
  return found === texts.length;
}

/** The values and keys that are not granted as they are: what no answer may hold, not even in part of a text. */
function secrets({ canaries, grant }: PlanCase) {
  const kept = new Set(grant.fields.filter(({ treatment }) => treatment === 'keep').map(({ path }) => path));
  return canaries.filter(({ path }) => !kept.has(path));
}

describe('of any record under any grant', () => {
  it(
    `nothing is released but what is granted, as precisely as it is granted (${RUNS} cases)`,
    () => {
      const seen = { secrets: 0, released: 0, keys: 0, failed: 0 };
      const answers: { schema: JsonSchema; out: JsonObject }[] = [];
      fc.assert(
        fc.property(planChoices, (choices) => {
          const made = makePlanCase(choices);
          const { contract, grant, query } = made;
          const record = deeplyFrozen(made.record);
          const { project, fields, schema } = plan(contract, grant.fields);
          const out = released(() => project(record, { query, nowMs: NOW, wanted: undefined }));
          if (out === undefined) {
            seen.failed += 1;
            return;
          }
          for (const { value } of secrets(made)) expect(reveals(out, value)).toBe(false);
          const outputs = fields.map(({ output }) => shownPath(output));
          for (const [path, leaf] of pathsOf(out)) {
            const isEmptyParent = leaf === null && outputs.some((output) => output.startsWith(`${path}/`));
            expect(outputs.includes(path) || isEmptyParent).toBe(true);
          }
          expect(JSON.stringify(schema)).not.toContain('"x-');
          answers.push({ schema, out });
          // As they come: a nightly run makes more of them than fit into memory.
          if (answers.length === CHECKED_AT_ONCE) expect(faultsOf(answers.splice(0))).toEqual([]);
          seen.secrets += secrets(made).length;
          seen.released += leavesOf(out).length;
          seen.keys += leavesOf(out).flatMap(([pointer]) => keyPathsOf(pointer)).length;
        }),
        { numRuns: RUNS },
      );
      expect(faultsOf(answers)).toEqual([]);
      // A generator that made only empty records would prove nothing.
      expect(seen.secrets).toBeGreaterThan(RUNS);
      expect(seen.released).toBeGreaterThan(RUNS);
      expect(seen.keys).toBeGreaterThan(RUNS / 20);
      expect(seen.failed).toBeLessThan(RUNS / 4);
    },
    10 * MINUTES,
  );

  it(
    'the answer is of the schema that the consumer was shown',
    () => {
      fc.assert(
        fc.property(planChoices, (choices) => {
          const { contract, files, grant, purpose, consumer, record, query } = makePlanCase(choices);
          const { contract: compiled, faults } = compileContract(files);
          expect(faults).toEqual([]);
          const { fields, parameters, schema } = contract;
          expect(compiled).toMatchObject({ fields, parameters, schema });
          expect(grantFindings({ grant, contract, purpose, consumer })).toEqual([]);
          expect(contract.checkRecord(record)).toEqual([]);
          const plan = compilePlan({ grant, contract, purpose, consumer });
          const out = released(() => plan.project({ record, query, nowMs: NOW, wanted: undefined }));
          if (out !== undefined) expect(plan.checkReleased(out, false)).toEqual([]);
        }),
        { numRuns: Math.ceil(RUNS / 20) },
      );
    },
    5 * MINUTES,
  );

  it(
    'a request for fewer fields gets those fields as they were, and no others',
    () => {
      fc.assert(
        fc.property(planChoices, fc.array(fc.boolean(), { minLength: 24, maxLength: 24 }), (choices, wants) => {
          const { contract, grant, purpose, consumer, record, query } = makePlanCase(choices);
          const plan = compilePlan({ grant, contract, purpose, consumer });
          const whole = released(() => plan.project({ record, query, nowMs: NOW, wanted: undefined }));
          const outputs = plan.fields.map(({ output }) => output);
          // Of variants that look alike all is wanted or nothing: the answer does not tell them apart.
          const paths = [...new Set(outputs.map(shownPath))].sort((one, other) => one.length - other.length);
          const first = (path: string) => paths.findIndex((other) => isAtOrBelow(other, path));
          const shown = new Set(paths.filter((path) => wants[first(path) % wants.length]));
          const wanted = new Set(outputs.filter((output) => shown.has(shownPath(output))));
          const narrowed = released(() => plan.project({ record, query, nowMs: NOW, wanted }));
          if (whole === undefined || narrowed === undefined) return;
          const all = new Map(leavesOf(whole));
          for (const [pointer, leaf] of leavesOf(narrowed)) expect(all.get(pointer)).toEqual(leaf);
          const expected = [...all].filter(([pointer]) => shown.has(pathOf(pointer)));
          const given = leavesOf(narrowed).filter(([pointer, leaf]) => leaf !== null || shown.has(pathOf(pointer)));
          expect(given).toEqual(expected);
          const recorded = new Set([...withKeys([...wanted], outputs)].map(shownPath));
          for (const [pointer] of leavesOf(narrowed))
            for (const keyPath of keyPathsOf(pointer)) expect(recorded).toContain(keyPath);
          expect(plan.checkReleased(narrowed, true)).toEqual([]);
        }),
        { numRuns: Math.ceil(RUNS / 20) },
      );
    },
    5 * MINUTES,
  );

  it(
    'what a department adds to its records goes to nobody until somebody grants it',
    () => {
      fc.assert(
        fc.property(planChoices, (choices) => {
          const made = makePlanCase(choices);
          const schema = withAddedField(made.contract.schema);
          const grown: Contract = { ...made.contract, schema, fields: fieldsOf(schema) };
          const record = withAddedValue(made.contract.schema, made.record) as JsonObject;
          expect(JSON.stringify(record)).toContain('added');
          expect(releasedBy(grown, made.grant.fields, { ...made, record })).toEqual(
            releasedBy(made.contract, made.grant.fields, made),
          );
          // Nor does it come through where only the source, and not the contract, has it.
          expect(releasedBy(made.contract, made.grant.fields, { ...made, record })).toEqual(
            releasedBy(made.contract, made.grant.fields, made),
          );
        }),
        { numRuns: RUNS },
      );
    },
    5 * MINUTES,
  );

  it(
    'taking a field from a grant adds nothing to any answer and changes nothing else in it',
    () => {
      fc.assert(
        fc.property(planChoices, fc.nat(), (choices, which) => {
          const made = makePlanCase(choices);
          const { contract, grant } = made;
          fc.pre(grant.fields.length > 0);
          const revoked = which % grant.fields.length;
          const fewer = grant.fields.filter((_, at) => at !== revoked);
          const before = releasedBy(contract, grant.fields, made);
          const after = releasedBy(contract, fewer, made);
          if (before === undefined || after === undefined) return;
          const left = new Set(plan(contract, fewer).fields.map(({ output }) => output));
          const all = plan(contract, grant.fields).fields.map(({ output }) => output);
          // What is gone, a map for want of its keys perhaps, may look like what another variant still shows.
          const gone = all.filter((output) => !left.has(output)).map(shownPath);
          const kept = new Set([...left].map(shownPath).filter((path) => !gone.some((it) => isAtOrBelow(path, it))));
          const remaining = (out: JsonObject) => pathsOf(out).filter(([path]) => kept.has(path));
          expect(remaining(after)).toEqual(remaining(before));
          expect(isSubsequence(pathsOf(after), pathsOf(before))).toBe(true);
        }),
        { numRuns: RUNS },
      );
    },
    5 * MINUTES,
  );
});

function faultsOf(answers: readonly { readonly schema: JsonSchema; readonly out: JsonObject }[]) {
  const check = compileCheck({
    type: 'object',
    properties: Object.fromEntries(answers.map(({ schema }, index) => [`answer${index}`, schema])),
  });
  return check(Object.fromEntries(answers.map(({ out }, index) => [`answer${index}`, out])));
}

function withAddedField(schema: JsonSchema): JsonSchema {
  const form = formOf(schema);
  if (form.kind === 'array') return { ...schema, items: withAddedField(form.items) };
  if (form.kind === 'map') return { ...schema, additionalProperties: withAddedField(form.values) };
  if (form.kind === 'choice') return { ...schema, oneOf: (schema['oneOf'] as JsonSchema[]).map(withAddedField) };
  if (form.kind === 'leaf') return schema;
  const grown = form.properties.map(([name, property]) => [name, withAddedField(property)]);
  const added = { type: 'string', 'x-classification': 'general-4' };
  return { ...schema, properties: { addedBefore: added, ...Object.fromEntries(grown), addedAfter: added } };
}

/** In objects only: what is added to a map is an entry like its others. */
function withAddedValue(schema: JsonSchema, value: JsonValue): JsonValue {
  if (value === null || typeof value !== 'object') return value;
  const form = formOf(schema);
  const members = Object.entries(value as JsonObject);
  if (form.kind === 'array') return members.map(([, item]) => withAddedValue(form.items, item));
  if (form.kind === 'map')
    return Object.fromEntries(members.map(([key, inner]) => [key, withAddedValue(form.values, inner)]));
  if (form.kind === 'choice') {
    const { kind } = value as JsonObject;
    return withAddedValue(form.variants.find((variant) => variant.value === kind)?.schema ?? {}, value);
  }
  const properties = new Map(form.kind === 'object' ? form.properties : []);
  const grown = members.map(([name, member]) => [name, withAddedValue(properties.get(name) ?? {}, member)] as const);
  return { addedBefore: 'added', ...Object.fromEntries(grown), addedAfter: 'added' };
}
