import type { Contract } from '../domain/contract.ts';
import type { Grant, Purpose } from '../domain/grant.ts';
import { isJsonObject, type JsonObject, type JsonSchema, type JsonValue } from '../domain/json.ts';
import type { Plan } from '../domain/plan.ts';
import { Problem } from '../domain/problem.ts';
import { canonicalHash } from '../keys/canonical-hash.ts';
import { compileCheck } from '../schema/checker.ts';
import { planFields } from './plan-fields.ts';

/** A grant that `grantFindings` found nothing wrong with, compiled once for all its exchanges. */
export function compilePlan(grant: Grant, contract: Contract, purpose: Purpose): Plan {
  const projection = planFields(contract, grant.fields);
  const checkWhole = compileCheck(projection.schema);
  const checkNarrowed = compileCheck(withoutRequired(projection.schema));
  const treatments = projection.fields.map(({ treatment }) => treatment);
  return {
    grant,
    contract,
    purpose,
    fields: projection.fields,
    derivedSchema: projection.schema,
    hash: canonicalHash({ contract: contract.hash, grant: jsonOf(grant), treatments }),
    project: ({ record, query, wanted }) => {
      const released = projection.project(record, { query, wanted });
      if (!isJsonObject(released)) throw new Problem('source.contract-broken');
      return released;
    },
    checkReleased: (released, narrowed) => (narrowed ? checkNarrowed : checkWhole)(released),
  };
}

function jsonOf(grant: Grant): JsonObject {
  return { ...grant, fields: grant.fields.map((field) => ({ ...field })) };
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
