/** What stands for a hidden character. */
export const HIDDEN = '*';

/** Hides all but the ends. Positions are code points: the half of a four-byte character is not a character. */
export function keepEnds(text: string, head: number, tail: number): string {
  if (/^[0-9A-Z]*$/.test(text) && text.length >= head + tail) {
    return text.slice(0, head) + HIDDEN.repeat(text.length - head - tail) + text.slice(text.length - tail);
  }
  const characters = Array.from(text);
  return characters
    .map((character, index) => (index < head || index >= characters.length - tail ? character : HIDDEN))
    .join('');
}
