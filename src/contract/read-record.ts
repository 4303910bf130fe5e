import type { Contract } from '../domain/contract.ts';
import { isJsonObject, type JsonObject, type JsonValue, valueAt } from '../domain/json.ts';
import type { ProblemPointer } from '../domain/problem-pointer.ts';
import type { Reading } from '../domain/reading.ts';
import { parseStrictJson, StrictJsonError } from '../domain/strict-json.ts';
import { isSameValue } from '../semantic/same-value.ts';

/**
 * Judges what a source sent: strict JSON, of the contract's schema, and about the subject that was asked for. A source
 * that answers about somebody else would have that person's data released under a grant that was checked for another.
 */
export function readRecord(contract: Contract, body: Uint8Array, query: JsonObject): Reading {
  const value = parse(body);
  if ('fault' in value) return { broken: [{ pointer: '', rule: value.fault }] };
  const broken = contract.checkRecord(value.json);
  if (broken.length > 0 || !isJsonObject(value.json)) return { broken };
  const others = aboutOthers(contract, value.json, query);
  return others.length > 0 ? { broken: others } : { record: value.json };
}

function parse(body: Uint8Array): { readonly json: JsonValue } | { readonly fault: string } {
  try {
    return { json: parseStrictJson(body) };
  } catch (error) {
    if (error instanceof StrictJsonError) return { fault: error.fault };
    throw error;
  }
}

function aboutOthers(contract: Contract, record: JsonObject, query: JsonObject): readonly ProblemPointer[] {
  return contract.parameters.flatMap(({ name, use, field }) => {
    const asked = query[name];
    if (use !== 'filter' || asked === undefined) return [];
    const schema = contract.fields.find(({ path }) => path === field)?.schema ?? {};
    return isSameValue(schema, valueAt(record, field), asked) ? [] : [{ pointer: field, rule: 'another-subject' }];
  });
}
