/** What stands for a hidden character. */
export const HIDDEN = '*';

const ROWS = Array.from({ length: 33 }, (_, count) => HIDDEN.repeat(count));

/** So many hidden characters. */
export function hidden(count: number): string {
  return ROWS[count] ?? HIDDEN.repeat(count);
}

/** What stands for a part of which not even the length is told. */
export const MASK = HIDDEN.repeat(4);

/** Hides all but the ends. Positions are code points: the half of a four-byte character is not a character. */
export function keepEnds(text: string, head: number, tail: number): string {
  if (/^[0-9A-Z]*$/.test(text) && text.length >= head + tail) return keepEndsOfAscii(text, head, tail);
  const characters = Array.from(text);
  return characters
    .map((character, index) => (index < head || index >= characters.length - tail ? character : HIDDEN))
    .join('');
}

/** The same for a text that is known to be of characters of one code unit each, and longer than its ends. */
export function keepEndsOfAscii(text: string, head: number, tail: number): string {
  return text.slice(0, head) + hidden(text.length - head - tail) + text.slice(text.length - tail);
}
