import type { Contract } from '../domain/contract.ts';
import { isJsonObject, type JsonObject } from '../domain/json.ts';
import { agree } from './agree.ts';
import { type Drawing, drawValue, rememberedLeaves } from './draw-value.ts';
import type { RandomSource } from './seeded-random.ts';
import { UndrawableError } from './undrawable-error.ts';

/** Of a contract, what records are made up from. */
type Drawn = Pick<Contract, 'schema' | 'fields' | 'checkRecord'>;

/** @throws UndrawableError */
export type DrawRecord = (random: RandomSource, rather?: Drawing['rather']) => JsonObject;

const TRIES = 20;

/**
 * Records made up from the schema of a contract: each is checked as one that a source sends, holds values of the
 * semantic types and nobody's numbers, and agrees with itself where one field is derived from another.
 * @param nowMs when the records are looked at, in ms since 1970: ages are counted until then
 */
export function recordDraw(contract: Drawn, nowMs: number): DrawRecord {
  const leaf = rememberedLeaves();
  const drawOnce = (random: RandomSource, rather: Drawing['rather']): JsonObject => {
    let parts = 0;
    const countPart = (): number => {
      parts += 1;
      return parts;
    };
    const drawn = drawValue({ random, rather, leaf, countPart }, contract.schema, '');
    if (!isJsonObject(drawn)) throw new UndrawableError('', 'a record has to be an object');
    // What is told by a field that is itself derived settles one step later.
    const record = [1, 2, 3].reduce((made) => agree({ contract, record: made, nowMs, leaf }), drawn);
    const [broken] = contract.checkRecord(record);
    if (broken !== undefined) throw new UndrawableError(broken.pointer, `what was made breaks its ${broken.rule}`);
    return record;
  };
  return (random, rather = new Map()) => {
    for (let left = TRIES; ; left -= 1) {
      try {
        return drawOnce(random, rather);
      } catch (error) {
        if (!(error instanceof UndrawableError) || left <= 1) throw error;
      }
    }
  };
}
