/** A source of chance for made-up values: the next number in [0, below). */
export type Chance = (below: number) => number;

interface Meaning {
  readonly titleEn: string;
  readonly titleZh: string;
  /** Whom a value points at by itself; absent if it takes others beside it. */
  readonly identifies?: 'person' | 'organisation';
  /**
   * The named precisions between `exists` and `exact`, each as the parts of a value that are known; the parts of the
   * whole value are all that are named here. A part that implies another stands with it: who knows the month knows the
   * year. Types that say the same thing of a person use the same word for it (`birth-year` of a date of birth and of a
   * resident id), which is how the linter sees what two fields reveal together.
   */
  readonly precisions: Readonly<Record<string, readonly string[]>>;
}

/** What a text is, beyond being a text. */
export interface TextType extends Meaning {
  readonly json: 'string';
  /** One spelling for equal values, or undefined for a value that is not of this type. */
  normalise(value: string): string | undefined;
  /** A made-up value for simulations and tests; never somebody's. */
  sample(chance: Chance): string;
}

/** What a number is, beyond being a number. */
export interface NumberType extends Meaning {
  readonly json: 'integer' | 'number';
  sample(chance: Chance): number;
}

/** What a field is, beyond its JSON type: `x-semantic`. */
export type SemanticType = TextType | NumberType;
