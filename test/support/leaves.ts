import type { JsonValue } from '../../src/domain/json.ts';

/** Every scalar in a value by its pointer. */
export function leavesOf(value: JsonValue, pointer = ''): readonly (readonly [pointer: string, leaf: JsonValue])[] {
  if (value === null || typeof value !== 'object') return [[pointer, value]];
  return Object.entries(value).flatMap(([key, member]) => leavesOf(member, `${pointer}/${key}`));
}

/** The pointer with `*` for every index: a path as contracts and plans write them. */
export function pathOf(pointer: string): string {
  return pointer.replaceAll(/\/\d+(?=\/|$)/g, '/*');
}

/** So that a change anywhere in it throws. */
export function deeplyFrozen<T extends JsonValue>(value: T): T {
  if (value !== null && typeof value === 'object') {
    Object.freeze(value);
    for (const member of Object.values(value)) deeplyFrozen(member);
  }
  return value;
}
