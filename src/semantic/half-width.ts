const ASCII = /^[\x20-\x7e]*$/;

/** The text in NFKC, which writes full-width digits and letters as ASCII. Nearly every number is in ASCII already. */
export function halfWidth(text: string): string {
  return ASCII.test(text) ? text : text.normalize('NFKC');
}
