/** What stands for a hidden character. */
export const HIDDEN = '*';

/** Hides all but the ends. Positions are code points: the half of a four-byte character is not a character. */
export function keepEnds(text: string, head: number, tail: number): string {
  const characters = Array.from(text);
  return characters
    .map((character, index) => (index < head || index >= characters.length - tail ? character : HIDDEN))
    .join('');
}
