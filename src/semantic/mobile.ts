/** The eleven digits of a mainland mobile number, with or without +86, or undefined. */
export function parseMobile(value: string): string | undefined {
  return /^(?:\+?86[- ]?)?(1[3-9]\d{9})$/.exec(value.normalize('NFKC'))?.[1];
}
