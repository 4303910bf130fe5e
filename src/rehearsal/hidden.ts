import { isJsonArray, isJsonObject, type JsonObject, type JsonValue } from '../domain/json.ts';
import { EVERY, KEY } from '../schema/form.ts';

/** Where a value may turn up. */
export interface Shown {
  readonly answer: JsonObject | null;
  readonly entry: JsonObject;
}

/** What a record holds at a path and below, as it would read in a text: its texts and its numbers. */
export function hiddenAt(record: JsonValue, path: string): readonly string[] {
  const found = path
    .split('/')
    .slice(1)
    .reduce<readonly JsonValue[]>((values, segment) => values.flatMap((value) => below(value, segment)), [record]);
  return found.flatMap((value) => wordsOf(value).values).filter((text) => text !== '');
}

function below(value: JsonValue, segment: string): readonly JsonValue[] {
  if (isJsonArray(value)) return segment === EVERY ? value : [];
  if (!isJsonObject(value)) return [];
  if (segment === EVERY) return Object.values(value);
  if (segment === KEY) return Object.keys(value);
  // A variant says in one of its members which it is, and only the contract knows in which.
  if (segment.startsWith('=')) return Object.values(value).includes(segment.slice(1)) ? [value] : [];
  const member = Object.hasOwn(value, segment) ? value[segment] : undefined;
  return member === undefined ? [] : [member];
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
