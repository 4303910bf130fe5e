import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { signatureInput } from '../../../src/keys/message-signature.ts';
import { readSignature, readSignatureInput } from '../../../src/keys/signature-fields.ts';
import { fastestOfFive } from '../../support/fastest-of-five.ts';

const label = fc.stringMatching(/^[a-z*][a-z0-9_.*-]{0,8}$/);
const printable = fc.string({
  unit: fc.integer({ min: 0x20, max: 0x7e }).map((code) => String.fromCodePoint(code)),
  maxLength: 30,
});
const name = fc.stringMatching(/^@?[a-z][a-z0-9-]{0,12}$/);
const integer = fc.integer({ min: -999_999_999_999_999, max: 999_999_999_999_999 });
const parameters = fc.record(
  { created: integer, expires: integer, nonce: printable, alg: printable, keyid: printable, tag: printable },
  { requiredKeys: [] },
);
const names = fc.uniqueArray(name, { maxLength: 8 });

describe('Signature-Input', () => {
  it('is read as it was written, whatever the texts are', () => {
    fc.assert(
      fc.property(label, names, parameters, (key, covered, told) => {
        const text = signatureInput(
          covered.map((component) => [component, '']),
          told,
        );
        expect(readSignatureInput(`${key}=${text}`)).toEqual({
          label: key,
          text,
          covered,
          parameters: new Map(Object.entries(told)),
        });
      }),
    );
  });

  it('has one reading: what differs in one character is read as something else, or not at all', () => {
    const inserted = fc.string({
      unit: fc.constantFrom('"', '\\', ' ', ';', '=', '(', ')', 'a', '0', '-', ',', ':', '\t'),
      maxLength: 2,
    });
    fc.assert(
      fc.property(names, parameters, fc.nat(), inserted, fc.boolean(), (covered, told, at, piece, cut) => {
        const written = `sig=${signatureInput(
          covered.map((component) => [component, '']),
          told,
        )}`;
        const place = at % (written.length + 1);
        const changed = `${written.slice(0, place)}${piece}${written.slice(place + (cut ? 1 : 0))}`;
        fc.pre(changed !== written);
        const [before, after] = [readSignatureInput(written), readSignatureInput(changed)];
        if (after !== undefined) expect({ ...after, text: '' }).not.toEqual({ ...before, text: '' });
      }),
    );
  });

  it('is looked through in time, however it goes wrong at the end', () => {
    for (const piece of ['"a" ', '"\\\\', '"a";', ';a=1', '((', '"a"']) {
      const text = `sig=(${piece.repeat(2000 / piece.length)}`;
      expect(fastestOfFive(() => expect(readSignatureInput(text)).toBeUndefined())).toBeLessThan(50);
    }
  });

  it.each([
    '',
    'sig',
    'sig=',
    'sig=()x',
    'sig=("a"  "b")',
    'sig=( "a")',
    'sig=("a" )',
    'sig=("a";req)',
    'sig=("a" "a")',
    'sig=(a)',
    'sig=("a"), sig2=("b")',
    'sig=("a"),',
    ' sig=("a")',
    'Sig=("a")',
    'sig=("a");created',
    'sig=("a");created=-0',
    'sig=("a");created=+1',
    'sig=("a");created=1;created=1',
    'sig=("a");Created=1',
    'sig=("a");created=1.0',
    'sig=("a");created=@1',
    'sig=("a");created=?1',
    'sig=("a");created=1000000000000000',
    'sig=("a");keyid="数"',
    'sig=("a");keyid="\\n"',
    'sig=("a")\n',
  ])('%j is not read', (value) => {
    expect(readSignatureInput(value)).toBeUndefined();
  });
});

describe('Signature', () => {
  it('is read as its bytes, and in one spelling only', () => {
    fc.assert(
      fc.property(label, fc.uint8Array({ minLength: 1, maxLength: 96 }), (key, bytes) => {
        const base64 = Buffer.from(bytes).toString('base64');
        expect(readSignature(`${key}=:${base64}:`)).toEqual({ label: key, bytes: Buffer.from(bytes) });
        const unpadded = base64.replace(/=+$/, '');
        if (unpadded !== base64) expect(readSignature(`${key}=:${unpadded}:`)).toBeUndefined();
      }),
    );
  });

  it.each(['', 'sig=', 'sig=::', 'sig=:AB==:', 'sig=:AA-_:', 'sig="AAAA"', 'sig=:AAAA:;a', 'sig=:AAAA:, b=:AAAA:'])(
    '%j is not read',
    (value) => {
      expect(readSignature(value)).toBeUndefined();
    },
  );
});
