import { isJsonArray, type JsonSchema, type JsonValue } from '../domain/json.ts';
import { type Check, compileCheck } from '../schema/checker.ts';
import { typesOf } from '../schema/profile.ts';
import type { SemanticType } from '../semantic/semantic-type.ts';
import { semanticTypeOf } from '../semantic/semantic-types.ts';
import { drawNumber } from './draw-number.ts';
import { type PatternDraw, patternDraw } from './draw-pattern.ts';
import { respelled } from './respelled.ts';
import type { RandomSource } from './seeded-random.ts';

/** A field, ready to have values made up for it. */
export interface Leaf {
  readonly check: Check;
  /** Null now and then, if that fits; undefined if nothing that fits was found within bounds. */
  draw(random: RandomSource): JsonValue | undefined;
}

/** Something to try, the likeliest first: none of it need fit. */
type Suggest = (random: RandomSource) => readonly (JsonValue | undefined)[];

const TRIES = 60;
const NULLS = 0.2;

export function leafOf(schema: JsonSchema): Leaf {
  const check = compileCheck(schema);
  const fits = (value: JsonValue): boolean => check(value).length === 0;
  const semantic = semanticTypeOf(schema);
  const suggestions = suggestionsOf(schema, semantic);
  const isNullable = typesOf(schema).includes('null') && fits(null);
  return {
    check,
    draw: (random) => {
      if (isNullable && random.chance(NULLS)) return null;
      for (const { suggest, isSure } of suggestions) {
        const value = firstOf(suggest, random, (made) => fits(made) && (isSure || isOfType(semantic, made)));
        if (value !== undefined) return value;
      }
      return isNullable ? null : undefined;
    },
  };
}

function firstOf(suggest: Suggest, random: RandomSource, fits: (value: JsonValue) => boolean): JsonValue | undefined {
  for (let left = TRIES; left > 0; left -= 1) {
    const value = suggest(random).find((made) => made !== undefined && made !== null && fits(made));
    if (value !== undefined) return value;
  }
  return undefined;
}

function isOfType(semantic: SemanticType | undefined, value: JsonValue): boolean {
  return semantic?.json !== 'string' || (typeof value === 'string' && semantic.normalise(value) !== undefined);
}

interface Suggestion {
  readonly suggest: Suggest;
  /** Whether it stands without being of the semantic type: what a contract lists, its source sends. */
  readonly isSure: boolean;
}

/** In the order in which they are tried. */
function suggestionsOf(schema: JsonSchema, semantic: SemanticType | undefined): readonly Suggestion[] {
  const listed = [...('const' in schema ? [schema['const'] ?? null] : []), ...valuesOf(schema['enum'])];
  if (listed.length > 0) {
    const suggest: Suggest = (random) => [random.pick(listed)];
    return [
      { suggest, isSure: false },
      { suggest, isSure: true },
    ];
  }
  const sampled = semantic === undefined ? [] : [sampling(semantic)];
  // Anything else that has the form of a number may be somebody's.
  const others = semantic?.identifies === undefined ? [...examplesOf(schema), ...byType(schema)] : [];
  return [...sampled, ...others].map((suggest) => ({ suggest, isSure: false }));
}

function valuesOf(list: JsonValue | undefined): readonly JsonValue[] {
  return isJsonArray(list) ? list : [];
}

/** Registers hold more than one spelling of some types; the rarer ones come now and then, or where no other fits. */
const RARE = 0.1;

function sampling(semantic: SemanticType): Suggest {
  return (random) => {
    const chance = (below: number): number => random.integer(0, below - 1);
    if (semantic.json !== 'string') return [semantic.sample(chance)];
    const spellings = respelled(semantic, semantic.sample(chance));
    return random.chance(RARE) ? [...spellings].reverse() : spellings;
  };
}

function examplesOf({ examples }: JsonSchema): readonly Suggest[] {
  const made = valuesOf(examples);
  return made.length === 0 ? [] : [(random) => [random.pick(made)]];
}

function byType(schema: JsonSchema): readonly Suggest[] {
  const types = typesOf(schema);
  if (types.includes('boolean')) return [(random) => [random.chance(0.5)]];
  if (types.includes('string')) return textsOf(schema);
  return types.includes('integer') || types.includes('number') ? [(random) => [drawNumber(schema, random)]] : [];
}

const DAY_MS = 86_400_000;
/** 1930 to 2029: in days from 1970. */
const DAYS = [-14_610, 21_914] as const;

const FORMATS: Readonly<Record<string, (random: RandomSource) => string>> = {
  date: (random) => instant(random).slice(0, 10),
  'date-time': (random) => instant(random),
  uuid: (random) => {
    const hex = (count: number): string =>
      Array.from({ length: count }, () => random.integer(0, 15).toString(16)).join('');
    return `${hex(8)}-${hex(4)}-4${hex(3)}-8${hex(3)}-${hex(12)}`;
  },
};

function instant(random: RandomSource): string {
  const seconds = random.integer(...DAYS) * (DAY_MS / 1000) + random.integer(0, DAY_MS / 1000 - 1);
  return new Date(seconds * 1000).toISOString().replace('.000', '');
}

function textsOf(schema: JsonSchema): readonly Suggest[] {
  const { pattern, format } = schema;
  const byFormat = typeof format === 'string' ? FORMATS[format] : undefined;
  if (byFormat !== undefined) return [(random) => [byFormat(random)]];
  if (typeof pattern !== 'string') return [(random) => [words(schema, random)]];
  const draw = patternDraw(pattern);
  return draw === undefined ? [] : [(random) => matching(schema, draw, random)];
}

const WORDS = ['示例', '样例', '测试', '虚构'] as const;

function words(schema: JsonSchema, random: RandomSource): string {
  return padded(schema, `${random.pick(WORDS)}${random.integer(1, 99)}`, () => random.pick(WORDS));
}

/** As it is drawn, and as long as it has to be: a pattern without an end lets more follow. */
function matching(schema: JsonSchema, draw: PatternDraw, random: RandomSource): readonly string[] {
  const { minLength: least } = schema;
  const text = draw(random, 4 + (typeof least === 'number' ? least : 0));
  return [text, padded(schema, text, () => random.pick(['x', '7', '例']))];
}

// A text that has to be longer is made so once; what is longer still is refused rather than made.
const MAX_LENGTH = 10_000;

/** Within the bounds of its length, in code points. */
function padded({ minLength, maxLength }: JsonSchema, text: string, more: () => string): string {
  const least = Math.min(typeof minLength === 'number' ? minLength : 0, MAX_LENGTH);
  const characters = Array.from(text);
  while (characters.length < least) characters.push(...Array.from(more()));
  return characters.slice(0, typeof maxLength === 'number' ? Math.max(least, maxLength) : undefined).join('');
}
