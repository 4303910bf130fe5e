import type { RandomSource } from './seeded-random.ts';

/**
 * A text that may match.
 * @param reach how often something without an upper bound is repeated beyond its lower one, at most
 */
export type PatternDraw = (random: RandomSource, reach: number) => string;

// Bounds of bounds multiply: 999 × 999 × 999 characters can be written in twenty.
const MAX_STEPS = 10_000;

/** One text as it is being drawn. */
interface Drawing {
  readonly random: RandomSource;
  readonly reach: number;
  /** Whether one more step may be taken. */
  readonly step: () => boolean;
}
type Draw = (drawing: Drawing) => string;

interface Cursor {
  readonly source: string;
  at: number;
}

/** A part of a pattern that depends on what came before it. */
class OutsideSubset extends Error {}

/**
 * Texts for a pattern as `pattern` applies it (ECMA-262 with the u flag): literals, classes, groups, alternation and
 * quantifiers. Anchors and other assertions are drawn as nothing, so that what is drawn may not match and has to be
 * checked; undefined for a pattern with back-references, which is refused.
 */
export function patternDraw(pattern: string): PatternDraw | undefined {
  const cursor: Cursor = { source: pattern, at: 0 };
  try {
    const draw = readAlternatives(cursor);
    return (random, reach) => {
      let left = MAX_STEPS;
      const step = (): boolean => {
        left -= 1;
        return left >= 0;
      };
      return draw({ random, reach, step });
    };
  } catch (error) {
    if (error instanceof OutsideSubset) return undefined;
    throw error;
  }
}

function readAlternatives(cursor: Cursor): Draw {
  const alternatives = [readSequence(cursor)];
  while (take(cursor, /\|/y) !== undefined) alternatives.push(readSequence(cursor));
  return (drawing) => drawing.random.pick(alternatives)(drawing);
}

function readSequence(cursor: Cursor): Draw {
  const terms: Draw[] = [];
  while (cursor.at < cursor.source.length && !/[|)]/.test(cursor.source.charAt(cursor.at)))
    terms.push(readQuantified(cursor, readAtom(cursor)));
  return (drawing) => terms.map((term) => term(drawing)).join('');
}

const NOTHING: Draw = () => '';
const ASSERTION = /\^|\$|\\[bB]/y;
const LOOK_AROUND = /\(\?<?[=!]/y;
const GROUP = /\((?:\?:|\?<[^>]*>)?/y;
const BACK_REFERENCE = /\\(?:[1-9]|k<)/y;
const CLASS = /\[(?:\\[^]|[^\]\\])*\]/uy;
const ESCAPE =
  /\\(?:u\{[0-9A-Fa-f]+\}|u[Dd][89ABab][0-9A-Fa-f]{2}\\u[Dd][C-Fc-f][0-9A-Fa-f]{2}|u[0-9A-Fa-f]{4}|x[0-9A-Fa-f]{2}|c[A-Za-z]|[pP]\{[^}]*\}|[^])/uy;

function readAtom(cursor: Cursor): Draw {
  if (take(cursor, ASSERTION) !== undefined) return NOTHING;
  if (take(cursor, LOOK_AROUND) !== undefined) {
    readGroup(cursor);
    return NOTHING;
  }
  if (take(cursor, BACK_REFERENCE) !== undefined) throw new OutsideSubset();
  if (take(cursor, GROUP) !== undefined) return readGroup(cursor);
  const several = take(cursor, CLASS) ?? take(cursor, ESCAPE) ?? take(cursor, /\./y);
  if (several !== undefined) return oneOf(charactersOf(several));
  const literal = take(cursor, /[^]/uy);
  if (literal === undefined) throw new OutsideSubset();
  return oneOf([literal]);
}

function readGroup(cursor: Cursor): Draw {
  const inner = readAlternatives(cursor);
  take(cursor, /\)/y);
  return inner;
}

const BOUNDS: ReadonlyMap<string, readonly [least: number, most: number]> = new Map([
  ['*', [0, Number.POSITIVE_INFINITY]],
  ['+', [1, Number.POSITIVE_INFINITY]],
  ['?', [0, 1]],
]);

function readQuantified(cursor: Cursor, atom: Draw): Draw {
  const quantifier = take(cursor, /[*+?]|\{\d+(?:,\d*)?\}/y);
  if (quantifier === undefined) return atom;
  take(cursor, /\?/y);
  const [from = '0', to = from] = quantifier.slice(1, -1).split(',');
  const [least, most] = BOUNDS.get(quantifier) ?? [Number(from), to === '' ? Number.POSITIVE_INFINITY : Number(to)];
  return (drawing) => {
    let text = '';
    const upper = Number.isFinite(most) ? Math.min(most, MAX_STEPS) : least + drawing.reach;
    for (let left = drawing.random.integer(Math.min(least, upper), upper); left > 0 && drawing.step(); left -= 1)
      text += atom(drawing);
    return text;
  };
}

function take(cursor: Cursor, what: RegExp): string | undefined {
  // Made anew, because a sticky expression remembers where it was.
  const sticky = new RegExp(what.source, what.flags);
  sticky.lastIndex = cursor.at;
  const taken = sticky.exec(cursor.source)?.[0];
  cursor.at += taken?.length ?? 0;
  return taken;
}

function oneOf(characters: readonly string[]): Draw {
  return ({ random, step }) => (step() ? random.pick(characters) : '');
}

const USUAL = Array.from(
  'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789东南西北中山水木金火土日月春夏秋冬天地人和安平长乐新华',
);
const UNUSUAL = Array.from(' -_.,:;!?@#$%&*+=/\\|~^<>()[]{}\'"`·、。（）《》－　éñЖα٣ａＡ１\t\n\u0301😀𠮷\uE000');

/** Characters that a class or an escape lets through: asked of the expression itself, so that none is mistaken. */
function charactersOf(source: string): readonly string[] {
  const one = new RegExp(`^${source}$`, 'u');
  const fitting = (characters: readonly string[]): readonly string[] =>
    characters.filter((character) => one.test(character));
  const named = fitting([...new Set([...USUAL, ...literalsOf(source)])]);
  const found = named.length > 0 ? named : fitting(UNUSUAL);
  if (found.length === 0) throw new OutsideSubset();
  return found;
}

/** The characters that it spells out, also by their numbers. */
function literalsOf(source: string): readonly string[] {
  const numbered = [...source.matchAll(/\\u\{([0-9A-Fa-f]+)\}|\\u([0-9A-Fa-f]{4})|\\x([0-9A-Fa-f]{2})/g)];
  const decoded = numbered.map(([, ...parts]) => Number.parseInt(parts.find((part) => part !== undefined) ?? '0', 16));
  return [...decoded.map((code) => String.fromCodePoint(code)), ...Array.from(source)];
}
