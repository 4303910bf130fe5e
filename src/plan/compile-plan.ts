import type { Grant } from '../domain/grant.ts';
import { isJsonObject, type JsonObject, type JsonSchema, type JsonValue } from '../domain/json.ts';
import type { Plan } from '../domain/plan.ts';
import { Problem } from '../domain/problem.ts';
import type { ScopedKeys } from '../domain/treatment-keys.ts';
import { canonicalHash } from '../keys/canonical-hash.ts';
import { type Check, compileCheck } from '../schema/checker.ts';
import { TREATMENTS } from '../treatment/treatments.ts';
import { coverRows } from './cover-rows.ts';
import type { Granting } from './granting.ts';
import { planFields } from './plan-fields.ts';
import { settleField } from './settle-field.ts';

/**
 * A grant that nothing is wrong with, compiled once for all its exchanges. Of one that is over a limit, which only the
 * linter compiles, a field of which the limits leave nothing is left out.
 */
export function compilePlan(granting: Granting): Plan {
  const { grant, contract, purpose, consumer, keys } = granting;
  const scope = { provider: contract.department, consumer: consumer.id, purpose: purpose.id };
  const treated = grant.fields.flatMap((granted) => {
    const field = contract.fields.find(({ path }) => path === granted.path);
    const settled = field === undefined ? undefined : settleField(granted, field, granting);
    return settled !== undefined && 'treated' in settled ? [settled.treated] : [];
  });
  const projection = planFields({ contract, granted: treated, keys: keys?.for(scope) ?? NO_KEYS });
  const checkWhole = onFirstUse(() => compileCheck(projection.schema));
  const checkNarrowed = onFirstUse(() => compileCheck(withoutRequired(projection.schema)));
  const done = treated.map(({ treatment, parameters }) => ({ treatment, parameters }));
  return {
    grant,
    contract,
    purpose,
    consumer,
    treated,
    fields: projection.fields,
    answersFacts: treated.some(({ treatment }) => TREATMENTS.get(treatment)?.technique === 'assertion'),
    derivedSchema: projection.schema,
    hash: canonicalHash({
      contract: contract.hash,
      grant: jsonOf(grant),
      treatments: projection.fields.map(({ treatment }) => treatment),
      done,
    }),
    covers: coverRows(grant.rows ?? [], contract),
    project: (input) => {
      const released = projection.project(input.record, input);
      if (!isJsonObject(released)) throw new Problem('source.contract-broken');
      return released;
    },
    checkReleased: (released, narrowed) => (narrowed ? checkNarrowed : checkWhole)(released),
  };
}

const NO_KEYS: ScopedKeys = {
  derive: () => {
    throw new TypeError('planned a keyed treatment without a key');
  },
};

/** Compiling a check takes longer than the rest of a plan, and of many plans few are used at once. */
function onFirstUse(make: () => Check): Check {
  let check: Check | undefined;
  return (value) => {
    check ??= make();
    return check(value);
  };
}

function jsonOf({ rows, linkage, fields, quota, probing, enumeration, ...grant }: Grant): JsonObject {
  return {
    ...grant,
    ...(quota === undefined ? {} : { quota: { ...quota } }),
    ...(probing === undefined ? {} : { probing: { ...probing } }),
    ...(enumeration === undefined ? {} : { enumeration: { ...enumeration } }),
    fields: fields.map((field) => ({ ...field })),
    ...(rows === undefined ? {} : { rows: rows.map((row) => ({ ...row })) }),
    ...(linkage === undefined ? {} : { linkage: linkage.map((one) => ({ ...one })) }),
  };
}

function withoutRequired(schema: JsonSchema): JsonSchema {
  const strip = (value: JsonValue): JsonValue => {
    if (Array.isArray(value)) return value.map(strip);
    if (!isJsonObject(value)) return value;
    const isObjectSchema = value['type'] === 'object' && isJsonObject(value['properties']);
    return Object.fromEntries(
      Object.entries(value).flatMap(([key, inner]) =>
        isObjectSchema && key === 'required' ? [] : [[key, strip(inner)]],
      ),
    );
  };
  const stripped = strip(schema);
  return isJsonObject(stripped) ? stripped : schema;
}
