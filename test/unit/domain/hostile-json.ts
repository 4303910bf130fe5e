import fc from 'fast-check';

const blank = fc.constantFrom('', '', '', ' ', '\n\t', '\r\n');
const digits = fc.stringMatching(/^\d{1,20}$/);

/** Numbers as people, programs and attackers write them: many are not JSON, and many lose digits. */
const numberText = fc
  .tuple(
    fc.constantFrom('', '', '-'),
    fc.oneof(digits, fc.constantFrom('0', '1', '9007199254740991', '9007199254740992', '123456789012345')),
    fc.oneof(
      fc.constant(''),
      fc.constant('.0'),
      digits.map((fraction) => `.${fraction}`),
    ),
    fc.constantFrom('', '', '', 'e0', 'E2', 'e3', 'e+5', 'e7', 'e-7', 'e400', 'E-400', 'e-308', 'e-310'),
  )
  .map((parts) => parts.join('').replace(/^(-?)0+(?=\d)/, '$1'));

const LITERAL_PIECES = ['a', '名', '𠮷', '1', ':', ',', '{', '}', '6222020200112233445', '1e400', '/', '\u2028'];
const ESCAPED_PIECES = ['\\"', '\\\\', '\\/', '\\n', '\\u0061', '\\u0022', '\\u005c', '\\u540d', '\\ud842\\udfb7'];

/** Pieces of a string that a hasty reader takes for its end, a key, an escape or a number. */
const stringText = fc
  .array(fc.constantFrom(...LITERAL_PIECES, ...ESCAPED_PIECES), { maxLength: 5 })
  .map((pieces) => `"${pieces.join('')}"`);

/** Few enough that two of an object are often the same. */
const keyText = fc.oneof(
  { weight: 12, arbitrary: fc.constantFrom('"a"', '"b"', '"\\u0061"', '"名"', '"\\u540d"', '""', '"1"', '"a\\":"') },
  { weight: 6, arbitrary: stringText },
  { weight: 1, arbitrary: fc.constantFrom('"__proto__"', '"\\u005f_proto__"', '"construct\\u006fr"', '"prototype"') },
  { weight: 1, arbitrary: fc.constantFrom('"\\ud842"', '"x\\udfb7"') },
);

const valueText = fc.letrec<{ value: string }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4, depthIdentifier: 'text' },
    {
      weight: 4,
      arbitrary: fc.oneof(stringText, numberText, fc.constantFrom('true', 'false', 'null', '0')),
    },
    { weight: 1, arbitrary: fc.constantFrom('"\\ud842"', '"\\udfb7\\ud842"', '"\\\\ud842"') },
    {
      weight: 2,
      arbitrary: fc
        .array(fc.tuple(blank, tie('value'), blank), { maxLength: 4, depthIdentifier: 'text' })
        .map((items) => `[${items.map((item) => item.join('')).join(',')}]`),
    },
    {
      weight: 4,
      arbitrary: fc
        .array(fc.tuple(blank, keyText, blank, fc.constant(':'), tie('value'), blank), {
          maxLength: 4,
          depthIdentifier: 'text',
        })
        .map((members) => `{${members.map((member) => member.join('')).join(',')}}`),
    },
  ),
})).value;

/** Almost always JSON, seldom harmless; now and then nested deeply, or with a byte changed. */
export const hostileJsonBytes: fc.Arbitrary<Uint8Array> = fc
  .tuple(
    valueText,
    fc.oneof({ weight: 5, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: fc.integer({ min: 28, max: 36 }) }),
    fc.oneof(
      { weight: 5, arbitrary: fc.constant(undefined) },
      { weight: 1, arbitrary: fc.tuple(fc.nat(), fc.nat(255)) },
    ),
  )
  .map(([value, levels, change]) => {
    const text = Array.from({ length: levels }).reduce<string>(
      (inner, _, level) => (level % 2 === 0 ? `[${inner}]` : `{"a":${inner}}`),
      value,
    );
    const bytes = new TextEncoder().encode(text);
    if (change !== undefined) bytes[change[0] % bytes.length] = change[1];
    return bytes;
  });
