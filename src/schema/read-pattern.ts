/** A pattern as `pattern` applies it (ECMA-262 with the u flag), as a tree. */
export type Pattern =
  | { readonly kind: 'choice'; readonly of: readonly Pattern[] }
  | { readonly kind: 'sequence'; readonly of: readonly Pattern[] }
  | { readonly kind: 'repeat'; readonly what: Pattern; readonly least: number; readonly most: number }
  /** One character, as it is written: a literal, an escape, a class or the dot. */
  | { readonly kind: 'character'; readonly source: string }
  /** Between two characters: `^`, `$`, `\b`, `\B`. */
  | { readonly kind: 'edge'; readonly source: string }
  | { readonly kind: 'look-around' }
  | { readonly kind: 'back-reference' };

interface Cursor {
  readonly source: string;
  at: number;
}

/** Something that a later ECMA-262 may know. */
class Unknown extends Error {}

const EDGE = /\^|\$|\\[bB]/y;
const LOOK_AROUND = /\(\?<?[=!]/y;
const GROUP = /\((?:\?:|\?<[^>]*>|(?!\?))/y;
const BACK_REFERENCE = /\\(?:[1-9]|k<)/y;
const CLASS = /\[(?:\\[^]|[^\]\\])*\]/uy;
const ESCAPE =
  /\\(?:u\{[0-9A-Fa-f]+\}|u[Dd][89ABab][0-9A-Fa-f]{2}\\u[Dd][C-Fc-f][0-9A-Fa-f]{2}|u[0-9A-Fa-f]{4}|x[0-9A-Fa-f]{2}|c[A-Za-z]|[pP]\{[^}]*\}|[^])/uy;
const LITERAL = /[^\\^$.*+?()[\]{}|]/uy;

/** The tree of a pattern that is valid, if nothing in it is unknown. */
export function readPattern(source: string): Pattern | undefined {
  const cursor: Cursor = { source, at: 0 };
  try {
    const pattern = readAlternatives(cursor);
    return cursor.at === source.length ? pattern : undefined;
  } catch (error) {
    if (error instanceof Unknown) return undefined;
    throw error;
  }
}

function readAlternatives(cursor: Cursor): Pattern {
  const of = [readSequence(cursor)];
  while (take(cursor, /\|/y) !== undefined) of.push(readSequence(cursor));
  return { kind: 'choice', of };
}

function readSequence(cursor: Cursor): Pattern {
  const of: Pattern[] = [];
  while (cursor.at < cursor.source.length && !/[|)]/.test(cursor.source.charAt(cursor.at)))
    of.push(readQuantified(cursor, readAtom(cursor)));
  return { kind: 'sequence', of };
}

function readAtom(cursor: Cursor): Pattern {
  const edge = take(cursor, EDGE);
  if (edge !== undefined) return { kind: 'edge', source: edge };
  if (take(cursor, LOOK_AROUND) !== undefined) {
    readGroup(cursor);
    return { kind: 'look-around' };
  }
  if (take(cursor, BACK_REFERENCE) !== undefined) {
    take(cursor, /\d+|[^>]*>/y);
    return { kind: 'back-reference' };
  }
  if (take(cursor, GROUP) !== undefined) return readGroup(cursor);
  const source = take(cursor, CLASS) ?? take(cursor, ESCAPE) ?? take(cursor, /\./y) ?? take(cursor, LITERAL);
  if (source === undefined) throw new Unknown();
  return { kind: 'character', source };
}

function readGroup(cursor: Cursor): Pattern {
  const inner = readAlternatives(cursor);
  if (take(cursor, /\)/y) === undefined) throw new Unknown();
  return inner;
}

const BOUNDS: ReadonlyMap<string, readonly [least: number, most: number]> = new Map([
  ['*', [0, Number.POSITIVE_INFINITY]],
  ['+', [1, Number.POSITIVE_INFINITY]],
  ['?', [0, 1]],
]);

function readQuantified(cursor: Cursor, what: Pattern): Pattern {
  const quantifier = take(cursor, /[*+?]|\{\d+(?:,\d*)?\}/y);
  if (quantifier === undefined) return what;
  take(cursor, /\?/y);
  const [from = '0', to = from] = quantifier.slice(1, -1).split(',');
  const [least, most] = BOUNDS.get(quantifier) ?? [Number(from), to === '' ? Number.POSITIVE_INFINITY : Number(to)];
  return { kind: 'repeat', what, least, most };
}

function take(cursor: Cursor, what: RegExp): string | undefined {
  // Made anew, because a sticky expression remembers where it was.
  const sticky = new RegExp(what.source, what.flags);
  sticky.lastIndex = cursor.at;
  const taken = sticky.exec(cursor.source)?.[0];
  cursor.at += taken?.length ?? 0;
  return taken;
}
