/** A number in ASCII digits without leading zeroes, or undefined; also above 2^53 - 1, where numbers are no longer exact. */
export function parseDecimal(text: string): number | undefined {
  if (!/^(?:0|[1-9][0-9]*)$/.test(text)) return undefined;
  const value = Number(text);
  return Number.isSafeInteger(value) ? value : undefined;
}
