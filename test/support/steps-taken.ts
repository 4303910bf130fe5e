import type { Pattern } from '../../src/schema/read-pattern.ts';

/** Thrown when a reader took more steps than anybody would wait for. */
export class TooManySteps extends Error {}

/**
 * How many characters a reader compares that tries one way after another, as ECMA-262 says (22.2.2), and as often as it
 * finds none goes back: from every place of the text, until it finds a match or there is none.
 * @throws TooManySteps
 */
export function stepsTaken(pattern: Pattern, text: string, limit: number): { steps: number; matches: boolean } {
  const characters = Array.from(text);
  let steps = 0;
  const spend = (): void => {
    steps += 1;
    if (steps > limit) throw new TooManySteps();
  };
  type Then = (at: number) => boolean;
  const read = (node: Pattern, at: number, then: Then): boolean => {
    switch (node.kind) {
      case 'choice':
        return node.of.some((one) => read(one, at, then));
      case 'sequence':
        return node.of.reduceRight<Then>((after, one) => (from) => read(one, from, after), then)(at);
      case 'character': {
        spend();
        const character = characters[at];
        return character !== undefined && fits(node.source, character) && then(at + 1);
      }
      case 'edge':
        return isEdge(node.source, at) && then(at);
      case 'repeat':
        return repeat(node, at, then, 0);
      case 'look-around':
      case 'back-reference':
        break;
    }
    throw new Error(node.kind);
  };
  const repeat = (node: Pattern & { kind: 'repeat' }, at: number, then: Then, done: number): boolean => {
    const more = (): boolean =>
      done < node.most &&
      read(node.what, at, (next) => {
        // 22.2.2.3.1, step 2.b: what is empty is not repeated beyond what has to be.
        if (next === at && done >= node.least) return false;
        return repeat(node, next, then, done + 1);
      });
    return more() || (done >= node.least && then(at));
  };
  const isWord = (at: number): boolean => /^\w$/.test(characters[at] ?? '');
  const isEdge = (source: string, at: number): boolean => {
    if (source === '^') return at === 0;
    if (source === '$') return at === characters.length;
    return (isWord(at - 1) !== isWord(at)) === (source === '\\b');
  };
  let matches = false;
  for (let start = 0; start <= characters.length && !matches; start += 1) matches = read(pattern, start, () => true);
  return { steps, matches };
}

const remembered = new Map<string, RegExp>();
function fits(source: string, character: string): boolean {
  const one = remembered.get(source) ?? new RegExp(`^${source}$`, 'u');
  remembered.set(source, one);
  return one.test(character);
}
