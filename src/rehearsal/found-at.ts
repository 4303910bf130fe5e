import { isJsonArray, isJsonObject, type JsonValue, pointerToken } from '../domain/json.ts';
import { EVERY, KEY } from '../schema/form.ts';

/** A value and where it stands; of a key of a map, where its value stands. */
export interface Found {
  /** RFC 6901 */
  readonly pointer: string;
  readonly value: JsonValue;
}

/** Everything that stands at the path of a field, in the order in which the document has it. */
export function foundAt(document: JsonValue, path: string): readonly Found[] {
  return path
    .split('/')
    .slice(1)
    .reduce<readonly Found[]>(
      (found, segment) => found.flatMap((one) => below(one, segment)),
      [{ pointer: '', value: document }],
    );
}

function below({ pointer, value }: Found, segment: string): readonly Found[] {
  const under = (key: string | number, inner: JsonValue): Found => ({
    pointer: `${pointer}/${pointerToken(String(key))}`,
    value: inner,
  });
  if (isJsonArray(value)) return segment === EVERY ? value.map((item, index) => under(index, item)) : [];
  if (!isJsonObject(value)) return [];
  if (segment === EVERY) return Object.entries(value).map(([key, inner]) => under(key, inner));
  if (segment === KEY) return Object.keys(value).map((key) => under(key, key));
  // A variant says in one of its members which it is, and only the contract knows in which.
  if (segment.startsWith('=')) return Object.values(value).includes(segment.slice(1)) ? [{ pointer, value }] : [];
  const member = Object.hasOwn(value, segment) ? value[segment] : undefined;
  return member === undefined ? [] : [under(segment, member)];
}
