import type { JsonValue } from '../../src/domain/json.ts';

/** Every scalar in a value by its pointer. */
export function leavesOf(value: JsonValue, pointer = ''): readonly (readonly [pointer: string, leaf: JsonValue])[] {
  if (value === null || typeof value !== 'object') return [[pointer, value]];
  return Object.entries(value).flatMap(([key, member]) => leavesOf(member, `${pointer}/${key}`));
}

/** Every key of every object in a value, and every text. */
export function textsOf(value: JsonValue): readonly string[] {
  if (typeof value === 'string') return [value];
  if (value === null || typeof value !== 'object') return [];
  const keys = Array.isArray(value) ? [] : Object.keys(value);
  return [...keys, ...Object.values(value).flatMap(textsOf)];
}

/** The pointer with `*` for every index and for what else no property is called like: keys of maps, as they are made up. */
export function pathOf(pointer: string): string {
  return pointer.replaceAll(/\/[^/A-Za-z][^/]*/g, '/*');
}

/** The path as answers show it: which variant of a choice it was is nowhere in them. */
export function shownPath(path: string): string {
  return path.replaceAll(/\/=[^/]+/g, '');
}

/** So that a change anywhere in it throws. */
export function deeplyFrozen<T extends JsonValue>(value: T): T {
  if (value !== null && typeof value === 'object') {
    Object.freeze(value);
    for (const member of Object.values(value)) deeplyFrozen(member);
  }
  return value;
}
