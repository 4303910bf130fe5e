// Longer than any number, code or date with all that may stand around it.
const MAX_LENGTH = 256;
const ASCII = /^[\x20-\x7e]*$/;

/**
 * The text with full-width and other compatible forms written as the plain ones (NFKC); empty if it is too long to be a
 * value. Normalising takes time by the square of a run of combining marks: five seconds for a hundred thousand of them.
 */
export function compatible(value: string): string {
  if (value.length > MAX_LENGTH) return '';
  // In ASCII nothing changes, and nearly every number is in it already.
  return ASCII.test(value) ? value : value.normalize('NFKC');
}
