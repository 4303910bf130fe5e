import { type Pattern, readPattern } from '../schema/read-pattern.ts';
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

/** A part of a pattern that depends on what came before it. */
class OutsideSubset extends Error {}

/**
 * Texts for a pattern as `pattern` applies it (ECMA-262 with the u flag): literals, classes, groups, alternation and
 * quantifiers. Anchors and other assertions are drawn as nothing, so that what is drawn may not match and has to be
 * checked; undefined for a pattern with back-references, which is refused.
 */
export function patternDraw(pattern: string): PatternDraw | undefined {
  const read = readPattern(pattern);
  if (read === undefined) return undefined;
  try {
    const draw = drawOf(read);
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

const NOTHING: Draw = () => '';

function drawOf(pattern: Pattern): Draw {
  switch (pattern.kind) {
    case 'choice': {
      const alternatives = pattern.of.map(drawOf);
      return (drawing) => drawing.random.pick(alternatives)(drawing);
    }
    case 'sequence': {
      const terms = pattern.of.map(drawOf);
      return (drawing) => terms.map((term) => term(drawing)).join('');
    }
    case 'repeat':
      return repeated(pattern.what, pattern);
    case 'character':
      return oneOf(charactersOf(pattern.source));
    case 'back-reference':
      throw new OutsideSubset();
    case 'edge':
    case 'look-around':
      break;
  }
  return NOTHING;
}

function repeated(what: Pattern, { least, most }: { readonly least: number; readonly most: number }): Draw {
  const atom = drawOf(what);
  return (drawing) => {
    let text = '';
    const upper = Number.isFinite(most) ? Math.min(most, MAX_STEPS) : least + drawing.reach;
    for (let left = drawing.random.integer(Math.min(least, upper), upper); left > 0 && drawing.step(); left -= 1)
      text += atom(drawing);
    return text;
  };
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
