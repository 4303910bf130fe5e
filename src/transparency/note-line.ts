/** Whole Unicode, and no control character of ASCII (C2SP signed-note, “Format”). */
export function isNoteLine(text: string): boolean {
  return !/\p{Cs}/u.test(text) && Buffer.from(text).every((byte) => byte >= 0x20);
}
