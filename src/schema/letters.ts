/** Sets of characters that a source names and does not spell. */
const NAMED = /\\[dDwWsS]|\\[pP]\{[^}]*\}/g;
const NUMBERED =
  /\\u\{([0-9A-Fa-f]+)\}|\\u([Dd][89ABab][0-9A-Fa-f]{2})\\u([Dd][C-Fc-f][0-9A-Fa-f]{2})|\\[ux]([0-9A-Fa-f]{2,4})/g;
const LAST = 0x10_ffff;
/** Escaped by a letter, some of them. */
const CONTROLS = Array.from({ length: 33 }, (_, code) => code);

/** Where the characters of a named set begin and end; asked of the expression itself, so that none is mistaken. */
const known = new Map<string, readonly number[]>();

/**
 * One character for every set of characters that these sources (literals, escapes, classes, the dot) cannot tell apart:
 * as the numbers of the sources that let it through. Only the largest sets: whatever can be read with another letter can
 * be read with one that more of them let through.
 */
export function lettersOf(sources: readonly string[]): readonly ReadonlySet<number>[] {
  const fits = sources.map((source) => new RegExp(`^${source}$`, 'u'));
  const letters = new Map<string, ReadonlySet<number>>();
  for (const code of new Set(sources.flatMap(boundariesOf))) {
    if (code > LAST) continue;
    const character = String.fromCodePoint(code);
    const set = new Set(fits.flatMap((one, at) => (one.test(character) ? [at] : [])));
    letters.set([...set].join(), set);
  }
  const all = [...letters.values()].sort((one, other) => other.size - one.size);
  return all.filter((set, at) => set.size > 0 && !all.slice(0, at).some((larger) => isWithin(set, larger)));
}

function isWithin(set: ReadonlySet<number>, larger: ReadonlySet<number>): boolean {
  return set.size < larger.size && [...set].every((one) => larger.has(one));
}

/** Between one of these and the next, all characters are the same to the source. */
function boundariesOf(source: string): readonly number[] {
  const spelt = Array.from(source).map((character) => character.codePointAt(0) ?? 0);
  const numbered = [...source.matchAll(NUMBERED)].map(([, braced, high, low, short]) =>
    high === undefined || low === undefined
      ? Number.parseInt(braced ?? short ?? '0', 16)
      : (String.fromCharCode(Number.parseInt(high, 16), Number.parseInt(low, 16)).codePointAt(0) ?? 0),
  );
  return [
    ...CONTROLS,
    ...[...spelt, ...numbered].flatMap((code) => [code, code + 1]),
    ...(source === '.' ? ['.'] : (source.match(NAMED) ?? [])).flatMap(boundariesOfNamed),
  ];
}

function boundariesOfNamed(source: string): readonly number[] {
  // A set and what is outside it have the same.
  const name = source.replace(/^\\[DWSP]/, (escape) => escape.toLowerCase());
  const found = known.get(name) ?? scanned(name);
  known.set(name, found);
  return found;
}

function scanned(source: string): readonly number[] {
  const one = new RegExp(source, 'u');
  // All of ECMA-262's own sets end in the first plane.
  const last = source.length > 2 ? LAST : 0xffff;
  const found: number[] = [];
  let within: boolean | undefined;
  for (let code = 0; code <= last; code += 1) {
    // Half of a pair is no character; strict JSON takes no such text.
    if (code === 0xd800) code = 0xe000;
    const fits = one.test(String.fromCodePoint(code));
    if (fits !== within) found.push(code);
    within = fits;
  }
  return found;
}
