import { isJsonArray, type JsonObject, type JsonValue } from '../domain/json.ts';
import { foundAt } from './found-at.ts';

/** Where a value may turn up. */
export interface Shown {
  readonly answer: JsonObject | null;
  readonly entry: JsonObject;
}

/** What a record holds at a path and below, as it would read in a text: its texts and its numbers. */
export function hiddenAt(record: JsonValue, path: string): readonly string[] {
  return foundAt(record, path)
    .flatMap(({ value }) => wordsOf(value).values)
    .filter((text) => text !== '');
}

// Such short ones stand in digests, sizes and times by chance.
const SHORT = /^[\x20-\x7e]{1,5}$/;

/** Where the value turns up. One that is short is looked for as a word, and only in the answer. */
export function placesOf(value: string, { answer, entry }: Shown): readonly ('answer' | 'entry')[] {
  const isShort = SHORT.test(value);
  const isIn = (text: string): boolean =>
    isShort ? text.split(/[^\p{L}\p{N}]+/u).includes(value) || text === value : text.includes(value);
  const places = [
    ['answer', answer],
    ['entry', isShort ? null : entry],
  ] as const;
  return places.flatMap(([name, place]) => {
    const { keys, values } = wordsOf(place);
    return [...keys, ...values].some(isIn) ? [name] : [];
  });
}

interface Words {
  readonly keys: readonly string[];
  /** Of texts and numbers; yes, no and null tell nobody from anybody. */
  readonly values: readonly string[];
}

function wordsOf(value: JsonValue): Words {
  if (typeof value === 'string' || typeof value === 'number') return { keys: [], values: [String(value)] };
  if (typeof value !== 'object' || value === null) return { keys: [], values: [] };
  const inner = Object.values(value).map(wordsOf);
  return {
    keys: [...(isJsonArray(value) ? [] : Object.keys(value)), ...inner.flatMap(({ keys }) => keys)],
    values: inner.flatMap(({ values }) => values),
  };
}
