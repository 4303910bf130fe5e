import type { Contract } from '../domain/contract.ts';
import type { JsonObject } from '../domain/json.ts';
import type { Subject } from '../domain/personal-parts.ts';
import { meaningOf, semanticTypeOf } from '../semantic/semantic-types.ts';

// It points at a person for whoever stands before one, and at thousands in a register: who erased one would erase all.
const SHARED_BY_MANY = 'cn.name';

/** Whom a query is about, each once. Values that are not of their field's meaning are nobody's. */
export function subjectsIn(
  { parameters, fields }: Pick<Contract, 'parameters' | 'fields'>,
  query: JsonObject,
): readonly Subject[] {
  const found = parameters.flatMap(({ name, field }): Subject[] => {
    const schema = fields.find(({ path }) => path === field)?.schema;
    const subject = schema === undefined ? undefined : subjectOf(meaningOf(schema), query[name]);
    return subject === undefined ? [] : [subject];
  });
  return [...new Map(found.map((subject) => [JSON.stringify([subject.type, subject.value]), subject])).values()];
}

/** The value as a subject of the meaning, or undefined if the meaning identifies nobody or the value is none of it. */
export function subjectOf(type: string, value: unknown): Subject | undefined {
  const meaning = meaningOf({ 'x-semantic': type });
  const semantic = semanticTypeOf({ 'x-semantic': meaning });
  if (semantic?.json !== 'string' || semantic.identifies === undefined || meaning === SHARED_BY_MANY) return undefined;
  const normalised = typeof value === 'string' ? semantic.normalise(value) : undefined;
  return normalised === undefined ? undefined : { type: meaning, value: normalised };
}
