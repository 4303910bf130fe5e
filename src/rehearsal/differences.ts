import { isJsonArray, isJsonObject, type JsonObject, type JsonValue, pointerToken } from '../domain/json.ts';

/** One place where something else came than was expected; both in JSON, `nothing` where there is none. */
export interface Difference {
  readonly where: string;
  readonly expected: string;
  readonly came: string;
}

interface Comparing {
  /** JSON pointer of what is compared. */
  readonly at: string;
  /** Whether members of objects that nobody expected are differences too. */
  readonly exact: boolean;
}

type Maybe = JsonValue | undefined;

/** Down to the places that differ. Lists are compared item by item and have to be of one length. */
export function differences(expected: Maybe, came: Maybe, comparing: Comparing): readonly Difference[] {
  const parts = partsOf(expected, came, comparing);
  if (parts !== undefined)
    return parts.flatMap(([key, wanted, found]) =>
      differences(wanted, found, { ...comparing, at: `${comparing.at}/${pointerToken(key)}` }),
    );
  const shown = { expected: asText(expected), came: asText(came) };
  return shown.expected === shown.came ? [] : [{ where: comparing.at, ...shown }];
}

type Part = readonly [key: string, expected: Maybe, came: Maybe];

/** Undefined where the two are compared as they are. */
function partsOf(expected: Maybe, came: Maybe, { exact }: Comparing): readonly Part[] | undefined {
  if (isJsonObject(expected) && isJsonObject(came)) {
    const keys = new Set([...Object.keys(expected), ...(exact ? Object.keys(came) : [])]);
    return [...keys].map((key) => [key, memberOf(expected, key), memberOf(came, key)]);
  }
  if (!isJsonArray(expected) || !isJsonArray(came)) return undefined;
  const longer = expected.length > came.length ? expected : came;
  return longer.map((_, index) => [String(index), expected[index], came[index]]);
}

function memberOf(value: JsonObject, key: string): Maybe {
  return Object.hasOwn(value, key) ? value[key] : undefined;
}

function asText(value: Maybe): string {
  return value === undefined ? 'nothing' : JSON.stringify(value);
}
