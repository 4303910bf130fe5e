import type { Pattern } from './read-pattern.ts';

/** What a reader of a pattern can come to next, and by how many ways: a step by its number, or END. */
export type Ways = ReadonlyMap<number, number>;
export const END = -1;

/** The characters of a pattern, each with what can come after it. */
export interface Steps {
  /** As each is written. */
  readonly sources: readonly string[];
  /** What can come first: where the text begins, and anywhere else. */
  readonly first: Ways;
  readonly elsewhere: Ways;
  /** What can come after each. */
  readonly after: readonly Ways[];
}

/** Why no steps could be made of a pattern, or too many. */
export type NoSteps = 'look-around' | 'back-reference' | 'repeats-nothing' | 'too-large';

export class NoStepsError extends Error {
  readonly reason: NoSteps;

  constructor(reason: NoSteps) {
    super(reason);
    this.name = 'NoStepsError';
    this.reason = reason;
  }
}

// Bounds of bounds multiply: {99} in {99} in {99} is a million.
const MAX_STEPS = 2000;
const MAX_EFFORT = 100_000;

/** Not a character: where ways meet. Made before what it leads to is known, as a repetition leads back to itself. */
interface Junction {
  ways: Ways;
  /** `^`: a way on at the beginning of the text, and nowhere else. */
  readonly onlyAtStart: boolean;
}
type Step = Junction | { readonly source: string; readonly next: Ways };

/**
 * The pattern as a backtracking reader goes through it. Two ways from one step to another are counted as two, because it
 * goes both: that is what takes long.
 * @throws NoStepsError
 */
export function stepsOf(pattern: Pattern): Steps {
  const maker = new Maker();
  const entry = maker.build(pattern, new Map([[END, 1]]));
  return maker.finish(entry);
}

class Maker {
  readonly #steps: Step[] = [];
  #effort = 0;

  /** What can come next in front of `pattern`, if `then` can come next behind it. */
  build(pattern: Pattern, then: Ways): Ways {
    this.#spend(1 + then.size);
    switch (pattern.kind) {
      case 'choice':
        return pattern.of.map((one) => this.build(one, then)).reduce((all, one) => this.#joined(all, one));
      case 'sequence':
        return pattern.of.reduceRight((after, one) => this.build(one, after), then);
      case 'repeat':
        return this.#repeated(pattern.what, pattern, then);
      case 'character':
        return this.#add({ source: pattern.source, next: then });
      case 'edge':
        return pattern.source === '^' ? this.#add({ ways: then, onlyAtStart: true }) : then;
      case 'look-around':
      case 'back-reference':
        break;
    }
    throw new NoStepsError(pattern.kind);
  }

  #repeated(what: Pattern, { least, most }: { readonly least: number; readonly most: number }, then: Ways): Ways {
    let ways = then;
    if (Number.isFinite(most)) {
      for (let left = most - least; left > 0; left -= 1) ways = this.#joined(then, this.build(what, ways));
      for (let left = least; left > 0; left -= 1) ways = this.build(what, ways);
      return ways;
    }
    const again: Junction = { ways: then, onlyAtStart: false };
    ways = this.#add(again);
    const once = this.build(what, ways);
    again.ways = this.#joined(then, once);
    if (least > 0) ways = once;
    for (let left = least - 1; left > 0; left -= 1) ways = this.build(what, ways);
    return ways;
  }

  #add(step: Step): Ways {
    if (this.#steps.length >= MAX_STEPS) throw new NoStepsError('too-large');
    this.#steps.push(step);
    return new Map([[this.#steps.length - 1, 1]]);
  }

  #joined(one: Ways, other: Ways): Ways {
    this.#spend(one.size + other.size);
    return added(new Map(one), other, 1);
  }

  #spend(effort: number): void {
    this.#effort += effort;
    if (this.#effort > MAX_EFFORT) throw new NoStepsError('too-large');
  }

  /** Without the junctions. */
  finish(entry: Ways): Steps {
    const elsewhere = this.#withoutJunctions(false);
    const sources = this.#steps.map((step) => ('source' in step ? step.source : ''));
    const after = this.#steps.map((step) => ('source' in step ? elsewhere(step.next) : new Map<number, number>()));
    return { sources, first: this.#withoutJunctions(true)(entry), elsewhere: elsewhere(entry), after };
  }

  #withoutJunctions(isStart: boolean): (ways: Ways) => Ways {
    const known = new Map<Junction, Ways>();
    const entered = new Set<Junction>();
    const through = (junction: Junction): Ways => {
      if (junction.onlyAtStart && !isStart) return new Map();
      // A repetition of nothing: how often is for the reader to say, and readers differ.
      if (entered.has(junction) && !known.has(junction)) throw new NoStepsError('repeats-nothing');
      entered.add(junction);
      const ways = known.get(junction) ?? onward(junction.ways);
      known.set(junction, ways);
      return ways;
    };
    const onward = (ways: Ways): Ways => {
      const all = new Map<number, number>();
      for (const [to, count] of ways) {
        const step = this.#steps[to];
        const further = step === undefined || 'source' in step ? new Map([[to, 1]]) : through(step);
        this.#spend(further.size);
        added(all, further, count);
      }
      return all;
    };
    return onward;
  }
}

/** Adds to the first. */
function added(all: Map<number, number>, more: Ways, times: number): Map<number, number> {
  for (const [to, count] of more) all.set(to, (all.get(to) ?? 0) + count * times);
  return all;
}
