import { createHash } from 'node:crypto';

/** What the values that `generate-plan.ts` makes up look like, and those that `generate-exchanges.ts` adds to them. */
const CANARY =
  /‹[^›]{1,40}›|canary-\d+|张[\u{20000}-\u{2A6DF}]|(?<![\da-f])(?:700000\d{3}(?:\.5)?|13800000\d{3}|11019919900101\d{3}[\dX])(?![\da-f])/giu;

/** Every canary in a text that is found by reading it as it is. */
export function canariesIn(text: string): readonly string[] {
  return text.match(CANARY) ?? [];
}

/** Every canary in a text, however it may have been written into it: escaped for JSON or for a URL, as base64 or hex. */
export function hiddenCanariesIn(text: string): readonly string[] {
  return readingsOf(text).flatMap(canariesIn);
}

function readingsOf(text: string): readonly string[] {
  const decoded = (pattern: RegExp, encoding: BufferEncoding): string =>
    (text.match(pattern) ?? []).map((word) => Buffer.from(word, encoding).toString('utf8')).join('\n');
  return [
    text,
    text.replaceAll(/\\+u([\da-f]{4})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16))),
    text.replaceAll(/(?:%[\da-f]{2})+/gi, (bytes) => Buffer.from(bytes.replaceAll('%', ''), 'hex').toString('utf8')),
    decoded(/[\w+/-]{8,}/g, 'base64'),
    decoded(/(?:[\da-f]{2}){4,}/gi, 'hex'),
  ];
}

/** Every word of a text that could be a digest. */
export function digestsIn(text: string): ReadonlySet<string> {
  return new Set(text.match(/[\w+/-]{22,}/g));
}

/** What somebody without any key or salt would look for to find out whether a value stands there. */
export function plainDigestsOf(value: string | number): readonly string[] {
  const inputs = typeof value === 'number' ? [String(value)] : [value, JSON.stringify(value)];
  return inputs.flatMap((input) =>
    ['md5', 'sha1', 'sha256', 'sha512'].flatMap((algorithm) => {
      const digest = createHash(algorithm).update(input).digest();
      return [digest.toString('hex'), digest.toString('base64url'), digest.toString('base64').replace(/=+$/, '')];
    }),
  );
}
