import type { Treated } from '../../src/treatment/treatment.ts';

/** What a mask made of a value that it understands. */
export function maskedText(treated: Treated): string {
  if (typeof treated !== 'string') throw new TypeError('the value was not masked');
  return treated;
}
