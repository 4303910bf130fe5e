import { type Contract, type QueryParameter } from '../domain/contract.ts';
import { type JsonObject, type JsonSchema, type JsonValue, valueAt } from '../domain/json.ts';
import type { Plan } from '../domain/plan.ts';
import { leafOf } from './draw-leaf.ts';
import type { RandomSource } from './seeded-random.ts';
import { UndrawableError } from './undrawable-error.ts';

/** How often a consumer asks about another value than the record's, which is why it asks. */
const OTHERWISE = 0.25;

/**
 * A query that a consumer with this plan may send and that has this record for its answer.
 * @param random to ask now and then whether a field holds what it does not; without it nothing differs
 * @throws UndrawableError where the record has nothing to be found by
 */
export function queryFor(
  { contract, grant }: Pick<Plan, 'contract' | 'grant'>,
  record: JsonObject,
  random?: RandomSource,
): JsonObject {
  const granted = contract.parameters.filter(({ name }) => grant.parameters.includes(name));
  const same = Object.fromEntries(
    granted.map(({ name, field }) => [name, valueAt(record, field)] as const).filter(([, value]) => value !== null),
  );
  const [broken] = contract.checkQuery(same);
  if (broken !== undefined)
    throw new UndrawableError(`/query${broken.pointer}`, `what the record holds breaks its ${broken.rule}`);
  if (random === undefined) return same;
  return granted.reduce((query, parameter) => {
    if (parameter.use === 'filter' || !random.chance(OTHERWISE)) return query;
    const other = { ...query, [parameter.name]: otherValue(contract, parameter, random) };
    return contract.checkQuery(other).length === 0 ? other : query;
  }, same);
}

function otherValue({ fields }: Contract, { field }: QueryParameter, random: RandomSource): JsonValue {
  const schema: JsonSchema = fields.find(({ path }) => path === field)?.schema ?? {};
  return leafOf(schema).draw(random) ?? null;
}
