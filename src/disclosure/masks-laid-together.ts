import type { JsonSchema } from '../domain/json.ts';
import type { TextType } from '../semantic/semantic-type.ts';
import { semanticTypeOf } from '../semantic/semantic-types.ts';
import { type Disclosure, siteOf } from './disclosures.ts';
import { NO_EXCHANGE, UNKEYED } from './unkeyed.ts';

/** A made-up value that the masks give back whole, and what each of them shows of it. */
export interface Restored {
  readonly value: string;
  readonly shown: readonly string[];
  /** Whether every value that the field can have is given back, as far as its schema says. */
  readonly always: boolean;
}

const LETTERS = 'abcdefghijklmnopqrstuvwxyzABCDEF';
const DIGITS = '1234567890'.repeat(4);
// Past it no two masks meet: each keeps 16 characters of an end at most.
const LONGEST = 32;
const SAMPLES = 8;
const CHARACTERS = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ';

/**
 * Masks of one value laid over one another: by what the treatments make of made-up values, so that a mask nobody thought
 * of here is looked at too. Undefined where at least one character stays open in each of them.
 */
export function restoredBy(masks: readonly Disclosure[]): Restored | undefined {
  const [first] = masks;
  if (first === undefined) return undefined;
  const treats = masks.map((one) => one.treatment.compile(siteOf(one), UNKEYED));
  const tried = madeUp(first.schema).map((value) => {
    const shown = treats.map((treat) => treat(value, NO_EXCHANGE)).filter((out) => typeof out === 'string');
    return { value, shown, isWhole: isWhole(value, shown, semanticTypeOf(first.schema)) };
  });
  const found = tried.filter(({ isWhole }) => isWhole).at(-1);
  if (found === undefined) return undefined;
  const { value, shown } = found;
  return { value, shown, always: tried.every(({ isWhole }) => isWhole) };
}

function madeUp(schema: JsonSchema): readonly string[] {
  const semantic = semanticTypeOf(schema);
  if (semantic?.json === 'string') {
    // Always the same ones, so that a finding does not come and go.
    let state = 1;
    const chance = (below: number): number => {
      state = (state * 48_271) % 2_147_483_647;
      return state % below;
    };
    return Array.from({ length: SAMPLES }, () => semantic.sample(chance));
  }
  const { minLength = 1, maxLength = LONGEST, pattern } = schema;
  const [least, most] = [Math.max(1, Number(minLength)), Math.min(LONGEST, Number(maxLength))];
  const lengths = Array.from({ length: Math.max(0, most - least + 1) }, (_, index) => least + index);
  const texts = [LETTERS, DIGITS].map((characters) => lengths.map((length) => characters.slice(0, length)));
  // A pattern often fixes the length, and a mask of a longer value would be taken for one that hides it.
  const fits = typeof pattern === 'string' ? new RegExp(pattern, 'u') : /^/;
  return texts.map((some) => some.filter((text) => fits.test(text))).find((some) => some.length > 0) ?? texts[0] ?? [];
}

function isWhole(value: string, shown: readonly string[], semantic: ReturnType<typeof semanticTypeOf>): boolean {
  const characters = Array.from(value);
  const seen = new Set(shown.flatMap((one) => placesSeen(characters, Array.from(one))));
  const open = characters.flatMap((_, place) => (seen.has(place) ? [] : [place]));
  const [last] = open;
  if (last === undefined) return true;
  return open.length === 1 && semantic?.json === 'string' && followsFromTheRest(characters, last, semantic);
}

function placesSeen(value: readonly string[], shown: readonly string[]): readonly number[] {
  const places = value.map((_, place) => place);
  if (shown.length === value.length) return places.filter((place) => shown[place] === value[place]);
  const differs = places.find((place) => shown[place] !== value[place]) ?? value.length;
  const fromEnd = places.findIndex((place) => shown.at(-1 - place) !== value.at(-1 - place));
  const tail = fromEnd < 0 ? value.length : fromEnd;
  return places.filter((place) => place < differs || place >= value.length - tail);
}

/** A check digit is no secret. */
function followsFromTheRest(value: readonly string[], place: number, { normalise }: TextType): boolean {
  const fits = Array.from(CHARACTERS).filter((one) => normalise(value.with(place, one).join('')) !== undefined);
  return fits.length === 1;
}
