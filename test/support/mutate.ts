import fc from 'fast-check';

/** What parsers stumble over. */
const TOKENS: readonly (string | Uint8Array)[] = [
  ['\r\n', '\n', '\r', '\r\n\r\n', '\0', ' ', '\t', ':', ',', ';', '"', '\\', '{', '}', '[', ']', '=', '&', '%0d%0a'],
  ['-', '1e999', '-0', '99999999999999999999', '1e-400', '0x10', '0', '\u2028', '\uFEFF', '\\ud800', '\\u0000', '%00'],
  ['"__proto__":', '"constructor":', '"toString":', '{"$ref":"#"}', 'null', 'true', '[[[[', '{"a":{"a":{"a":'],
  ['Transfer-Encoding: chunked\r\n', 'Content-Length: 5\r\n', 'Content-Encoding: gzip\r\n', 'Host: elsewhere\r\n'],
  [
    'Expect: 100-continue\r\n',
    'Upgrade: h2c\r\n',
    '0\r\n\r\n',
    'ffffffffffffffff\r\n',
    'GET / HTTP/1.1\r\n',
    ' HTTP/1.0',
  ],
  ['eyJhbGciOiJub25lIn0', '..', '.', 'Bearer ', 'A'.repeat(5000), '['.repeat(10_000), '{"a":'.repeat(10_000)],
  [
    Uint8Array.of(0xff),
    Uint8Array.of(0xc0, 0x80),
    Uint8Array.of(0xed, 0xa0, 0x80),
    Uint8Array.of(0xf4, 0x90, 0x80, 0x80),
  ],
  [Uint8Array.of(0x1f, 0x8b, 8, 0, 0, 0, 0, 0)],
].flat();

type Mutation = (bytes: Buffer, other: Buffer) => Buffer;

const at = fc.double({ min: 0, max: 1, noNaN: true });
const place = (bytes: Buffer, where: number): number => Math.floor(where * bytes.length);
const spliced = (bytes: Buffer, from: number, to: number, middle: Uint8Array): Buffer =>
  Buffer.concat([bytes.subarray(0, Math.min(from, to)), middle, bytes.subarray(Math.max(from, to))]);

const mutation: fc.Arbitrary<Mutation> = fc.oneof(
  fc.tuple(at, fc.nat(255)).map(
    ([where, byte]): Mutation =>
      (bytes) =>
        spliced(bytes, place(bytes, where), place(bytes, where) + 1, Uint8Array.of(byte)),
  ),
  fc.tuple(at, fc.nat(7)).map(
    ([where, bit]): Mutation =>
      (bytes) => {
        const from = place(bytes, where);
        return spliced(bytes, from, from + 1, Uint8Array.of((bytes[from] ?? 0) ^ (1 << bit)));
      },
  ),
  fc.tuple(at, fc.constantFrom(...TOKENS)).map(
    ([where, token]): Mutation =>
      (bytes) =>
        spliced(bytes, place(bytes, where), place(bytes, where), Buffer.from(token)),
  ),
  fc.tuple(at, fc.nat(30), fc.constantFrom(...TOKENS)).map(
    ([where, length, token]): Mutation =>
      (bytes) =>
        spliced(bytes, place(bytes, where), place(bytes, where) + length, Buffer.from(token)),
  ),
  fc.tuple(at, at).map(
    ([from, to]): Mutation =>
      (bytes) =>
        spliced(bytes, place(bytes, from), place(bytes, to), new Uint8Array()),
  ),
  fc.tuple(at, at, fc.integer({ min: 1, max: 50 })).map(
    ([from, to, often]): Mutation =>
      (bytes) => {
        const [start, end] = [place(bytes, from), place(bytes, to)].sort((one, other) => one - other);
        const piece = bytes.subarray(start, Math.min(end ?? 0, (start ?? 0) + 200));
        return spliced(bytes, start ?? 0, start ?? 0, Buffer.concat(Array.from({ length: often }, () => piece)));
      },
  ),
  at.map(
    (where): Mutation =>
      (bytes) =>
        bytes.subarray(0, place(bytes, where)),
  ),
  fc.tuple(at, at).map(
    ([where, from]): Mutation =>
      (bytes, other) =>
        Buffer.concat([bytes.subarray(0, place(bytes, where)), other.subarray(place(other, from))]),
  ),
);

/** How one of the seeds is made into something like it: made when the seeds are known, which a running gateway may have to say. */
export type Mutant = (seeds: readonly (string | Uint8Array)[]) => Buffer;

/** Bytes that begin as one of the seeds and then suffer up to six blows; now and then none. */
export const mutants: fc.Arbitrary<Mutant> = fc
  .tuple(fc.nat(999), fc.nat(999), fc.array(mutation, { maxLength: 6 }))
  .map(([which, other, blows]): Mutant => {
    return (seeds) => {
      const pick = (number: number): Buffer => Buffer.from(seeds[number % seeds.length] ?? '');
      return blows.reduce((bytes, blow) => blow(bytes, pick(other)), pick(which));
    };
  });

/** How often, and for how long at most: few in `npm test`, tens of thousands in `npm run test:deep`. */
export function fuzzing(few: number): { numRuns: number; interruptAfterTimeLimit?: number } {
  return process.env['SHUQIAO_PROPERTY_RUNS'] === undefined
    ? { numRuns: few }
    : { numRuns: Number(process.env['SHUQIAO_PROPERTY_RUNS']), interruptAfterTimeLimit: 60_000 };
}
