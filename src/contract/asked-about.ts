import { canonicalJson } from '../domain/canonical-json.ts';
import type { Contract } from '../domain/contract.ts';
import type { JsonObject } from '../domain/json.ts';
import type { Subject } from '../domain/personal-parts.ts';
import { subjectsIn } from './subjects-in.ts';

/** Whom or what a query is about: its subjects, or where it names none, what the source is asked by. */
export function askedAbout(contract: Pick<Contract, 'parameters' | 'fields'>, query: JsonObject): readonly Subject[] {
  const subjects = subjectsIn(contract, query);
  if (subjects.length > 0) return subjects;
  return contract.parameters.flatMap(({ name, use, field }) => {
    const value = query[name];
    return use !== 'filter' || value === undefined
      ? []
      : [{ type: field, value: typeof value === 'string' ? value : canonicalJson(value) }];
  });
}
