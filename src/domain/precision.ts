/**
 * 精度: what somebody knows of a value, as the set of its parts that are known: of a number of a citizen, say, its
 * district, its year of birth and its check digit. More parts, more precise. Meet is the intersection and join the
 * union, so two precisions of which neither holds the other (the first six digits, the last four) need no special rule.
 */
export type Precision = ReadonlySet<string>;

/** Nothing at all, not even that there is a value. */
export const NOTHING: Precision = new Set();

export function precision(parts: Iterable<string>): Precision {
  return new Set(parts);
}

/** What both allow. */
export function meet(one: Precision, other: Precision): Precision {
  return new Set([...one].filter((part) => other.has(part)));
}

/** What is known by who knows both. */
export function join(one: Precision, other: Precision): Precision {
  return new Set([...one, ...other]);
}

export function isAtMost(one: Precision, bound: Precision): boolean {
  return [...one].every((part) => bound.has(part));
}

export function isSamePrecision(one: Precision, other: Precision): boolean {
  return one.size === other.size && isAtMost(one, other);
}
