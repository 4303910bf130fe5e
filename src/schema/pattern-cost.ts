import { lettersOf } from './letters.ts';
import { END, type NoSteps, NoStepsError, type Steps, stepsOf, type Ways } from './pattern-steps.ts';
import { readPattern } from './read-pattern.ts';

/** Why a pattern may not be applied to what comes from outside. */
export type Costly = NoSteps | 'unknown' | 'too-many-ways';

/** So many ways may be open at a time: what a reader that goes back has to try for each character at most. */
export const MAX_WAYS = 128;
/** As the meta-schema of contracts has it. */
const MAX_LENGTH = 256;
const MAX_READINGS = 1000;
const MAX_EFFORT = 1_000_000;

const remembered = new Map<string, Costly | undefined>();
const REMEMBERED = 10_000;

/**
 * Whether a reader that goes back when it finds no way on, as that of Node does, needs more than a bounded number of steps
 * for each character of a text: undefined if it does not, for no text whatever. Cautious: what cannot be told is refused.
 *
 * All texts are gone through at once. What is counted are the ways in which the characters so far can have been read,
 * beginning at any place; a reader goes each of them once at most. If the number stays within its bound for every next
 * character, until nothing new is found, the time grows with the length of the text and no faster.
 */
export function costOf(pattern: string): Costly | undefined {
  if (remembered.has(pattern)) return remembered.get(pattern);
  const cost = pattern.length > MAX_LENGTH ? 'too-large' : costOfShort(pattern);
  // As many as all contracts of a country have; and no leak, whoever writes others.
  if (remembered.size < REMEMBERED) remembered.set(pattern, cost);
  return cost;
}

function costOfShort(pattern: string): Costly | undefined {
  const read = readPattern(pattern);
  if (read === undefined) return 'unknown';
  try {
    return explored(stepsOf(read));
  } catch (error) {
    if (error instanceof NoStepsError) return error.reason;
    throw error;
  }
}

function explored(steps: Steps): Costly | undefined {
  const seen: Ways[] = [];
  const waiting: Ways[] = [steps.first];
  const readers = readersOf(steps);
  let effort = 0;
  for (let open = waiting.pop(); open !== undefined; open = waiting.pop()) {
    const ways = open;
    if (total(ways) > MAX_WAYS) return 'too-many-ways';
    // Whatever can be read on from fewer ways can be read on from more.
    if (seen.some((more) => isWithin(ways, more))) continue;
    seen.push(ways);
    waiting.push(...readers.map((read) => read(ways)));
    effort += seen.length + readers.length * (steps.elsewhere.size + outOf(ways, steps));
    if (seen.length > MAX_READINGS || effort > MAX_EFFORT) return 'too-large';
  }
  return undefined;
}

/** For every letter: what is open after it. Something can begin at each place, also behind it. */
function readersOf({ sources, elsewhere, after }: Steps): readonly ((open: Ways) => Ways)[] {
  const names = [...new Set(sources)].filter((name) => name !== '');
  const numbers = sources.map((source) => names.indexOf(source));
  return lettersOf(names).map((letter) => (open) => {
    const next = new Map(elsewhere);
    const read = [...open].filter(([at]) => letter.has(numbers[at] ?? END));
    for (const [at, count] of read)
      for (const [to, times] of after[at] ?? []) next.set(to, (next.get(to) ?? 0) + count * times);
    return next;
  });
}

function outOf(ways: Ways, { after }: Steps): number {
  let sum = 0;
  for (const at of ways.keys()) sum += 1 + (after[at]?.size ?? 0);
  return sum;
}

function total(ways: Ways): number {
  let sum = 0;
  for (const count of ways.values()) sum += count;
  return sum;
}

function isWithin(ways: Ways, more: Ways): boolean {
  if (ways.size > more.size) return false;
  for (const [to, count] of ways) if (count > (more.get(to) ?? 0)) return false;
  return true;
}
