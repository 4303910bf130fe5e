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
import { compileCheck } from '../../../src/schema/checker.ts';
import { typesOf } from '../../../src/schema/profile.ts';
import { makePlanCase, type PlanCase, planChoices } from '../../support/generate-plan.ts';
import { deeplyFrozen, leavesOf, pathOf } from '../../support/leaves.ts';

const RUNS = Number(process.env['SHUQIAO_PROPERTY_RUNS'] ?? 2000);
const MINUTES = 60_000;

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

function releasedBy(contract: Contract, fields: readonly GrantedField[], { record, query }: PlanCase) {
  return released(() => planFields(contract, fields).project(record, { query, wanted: undefined }));
}

function reveals(out: JsonValue, canary: string | number): boolean {
  return leavesOf(out).some(([, leaf]) =>
    typeof canary === 'string' && typeof leaf === 'string' ? leaf.includes(canary) : leaf === canary,
  );
}

/** The values of fields that are not granted as they are: what no answer may hold, not even in part of a text. */
function secrets({ canaries, grant }: PlanCase) {
  const kept = new Set(grant.fields.filter(({ treatment }) => treatment === 'keep').map(({ path }) => path));
  return canaries.filter(({ path }) => !kept.has(path));
}

describe('of any record under any grant', () => {
  it(
    `nothing is released but what is granted, as precisely as it is granted (${RUNS} cases)`,
    () => {
      const seen = { secrets: 0, released: 0, failed: 0 };
      const answers: { schema: JsonSchema; out: JsonObject }[] = [];
      fc.assert(
        fc.property(planChoices, (choices) => {
          const made = makePlanCase(choices);
          const { contract, grant, query } = made;
          const record = deeplyFrozen(made.record);
          const { project, fields, schema } = planFields(contract, grant.fields);
          const out = released(() => project(record, { query, wanted: undefined }));
          if (out === undefined) {
            seen.failed += 1;
            return;
          }
          for (const { value } of secrets(made)) expect(reveals(out, value)).toBe(false);
          const outputs = fields.map(({ output }) => output);
          for (const [pointer, leaf] of leavesOf(out)) {
            const path = pathOf(pointer);
            const isEmptyParent = leaf === null && outputs.some((output) => output.startsWith(`${path}/`));
            expect(outputs.includes(path) || isEmptyParent).toBe(true);
          }
          expect(JSON.stringify(schema)).not.toContain('"x-');
          answers.push({ schema, out });
          seen.secrets += secrets(made).length;
          seen.released += leavesOf(out).length;
        }),
        { numRuns: RUNS },
      );
      expect(faultsOf(answers)).toEqual([]);
      // A generator that made only empty records would prove nothing.
      expect(seen.secrets).toBeGreaterThan(RUNS);
      expect(seen.released).toBeGreaterThan(RUNS);
      expect(seen.failed).toBeLessThan(RUNS / 4);
    },
    10 * MINUTES,
  );

  it(
    'the answer is of the schema that the consumer was shown',
    () => {
      fc.assert(
        fc.property(planChoices, (choices) => {
          const { contract, files, grant, purpose, record, query } = makePlanCase(choices);
          const { contract: compiled, faults } = compileContract(files);
          expect(faults).toEqual([]);
          const { fields, parameters, schema } = contract;
          expect(compiled).toMatchObject({ fields, parameters, schema });
          expect(grantFindings(grant, contract)).toEqual([]);
          expect(contract.checkRecord(record)).toEqual([]);
          const plan = compilePlan(grant, contract, purpose);
          const out = released(() => plan.project({ record, query, wanted: undefined }));
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
          const { contract, grant, purpose, record, query } = makePlanCase(choices);
          const plan = compilePlan(grant, contract, purpose);
          const whole = released(() => plan.project({ record, query, wanted: undefined }));
          const wanted = new Set(plan.fields.map(({ output }) => output).filter((_, at) => wants[at % wants.length]));
          const narrowed = released(() => plan.project({ record, query, wanted }));
          if (whole === undefined || narrowed === undefined) return;
          const all = new Map(leavesOf(whole));
          for (const [pointer, leaf] of leavesOf(narrowed)) expect(all.get(pointer)).toEqual(leaf);
          const expected = [...all].filter(([pointer]) => wanted.has(pathOf(pointer)));
          const given = leavesOf(narrowed).filter(([pointer, leaf]) => leaf !== null || wanted.has(pathOf(pointer)));
          expect(given).toEqual(expected);
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
          const record = withAddedValue(made.record) as JsonObject;
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
          const outputs = new Set(planFields(contract, fewer).fields.map(({ output }) => output));
          const all = new Map(leavesOf(before));
          for (const [pointer, leaf] of leavesOf(after)) expect(all.get(pointer)).toEqual(leaf);
          const remaining = (leaves: Iterable<readonly [string, JsonValue]>) =>
            [...leaves].filter(([pointer]) => outputs.has(pathOf(pointer)));
          expect(remaining(leavesOf(after))).toEqual(remaining(all));
        }),
        { numRuns: RUNS },
      );
    },
    5 * MINUTES,
  );
});

/** Checked many at a time: to compile a check takes longer than all else together. */
function faultsOf(answers: readonly { readonly schema: JsonSchema; readonly out: JsonObject }[]) {
  const AT_ONCE = 50;
  return Array.from({ length: Math.ceil(answers.length / AT_ONCE) }, (_, at) => {
    const some = answers.slice(at * AT_ONCE, (at + 1) * AT_ONCE);
    const check = compileCheck({
      type: 'object',
      properties: Object.fromEntries(some.map(({ schema }, index) => [`answer${index}`, schema])),
    });
    return check(Object.fromEntries(some.map(({ out }, index) => [`answer${index}`, out])));
  }).flat();
}

function withAddedField(schema: JsonSchema): JsonSchema {
  const { properties, items } = schema as { properties?: Readonly<Record<string, JsonSchema>>; items?: JsonSchema };
  if (typesOf(schema).includes('array') && items !== undefined) return { ...schema, items: withAddedField(items) };
  if (!typesOf(schema).includes('object') || properties === undefined) return schema;
  const grown = Object.entries(properties).map(([name, property]) => [name, withAddedField(property)]);
  const added = { type: 'string', 'x-classification': 'general-4' };
  return { ...schema, properties: { addedBefore: added, ...Object.fromEntries(grown), addedAfter: added } };
}

function withAddedValue(value: JsonValue): JsonValue {
  if (value === null || typeof value !== 'object') return value;
  if (Array.isArray(value)) return value.map(withAddedValue);
  const members = Object.entries(value).map(([key, member]) => [key, withAddedValue(member)] as const);
  return { addedBefore: 'added', ...Object.fromEntries(members), addedAfter: 'added' };
}
