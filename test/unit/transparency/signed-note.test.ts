import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatCheckpoint, parseCheckpoint } from '../../../src/transparency/checkpoint.ts';
import { cosign } from '../../../src/transparency/cosignature.ts';
import { EMPTY_ROOT, leafHash } from '../../../src/transparency/hashes.ts';
import { NoteError } from '../../../src/transparency/note-error.ts';
import { generateSignerKey, parseSignerKey, parseVerifierKey } from '../../../src/transparency/note-keys.ts';
import { formatNote, openNote, parseNote, parseSignatures, signNote } from '../../../src/transparency/signed-note.ts';
import { formatTlogProof, parseTlogProof } from '../../../src/transparency/tlog-proof.ts';

// The example of C2SP signed-note, and those of tlog-checkpoint and tlog-cosignature, whose keys are not published.
const EXAMPLE_KEY = 'example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k';
const EXAMPLE = `This is an example message.

— example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=
`;
const CHECKPOINT = `example.com/behind-the-sofa
20852163
CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=
`;
const COSIGNED = `${CHECKPOINT}
— example.com/behind-the-sofa Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=
— witness.example.com/w1 jWbPPwAAAABkGFDLEZMHwSRaJNiIDoe9DYn/zXcrtPHeolMI5OWXEhZCB9dlrDJsX3b2oyin1nPZqhf5nNo0xUe+mbIUBkBIfZ+qnA==
`;

const log = generateSignerKey('ledger.example/1', 'ed25519');
const other = generateSignerKey('ledger.example/1', 'ed25519');
const witness = generateSignerKey('witness.example', 'cosignature/v1');
const logSigner = parseSignerKey(log.skey);
const witnessSigner = parseSignerKey(witness.skey);
const [logKey, otherKey, witnessKey] = [log.vkey, other.vkey, witness.vkey].map(parseVerifierKey) as [
  ReturnType<typeof parseVerifierKey>,
  ReturnType<typeof parseVerifierKey>,
  ReturnType<typeof parseVerifierKey>,
];
const TIME = 1_790_000_000;
const TEXT = formatCheckpoint({ origin: 'ledger.example/1', size: 7, root: leafHash(Buffer.of(1)), extensions: [] });
const byLog = signNote(TEXT, logSigner);
const byOther = signNote(TEXT, parseSignerKey(other.skey));
const byWitness = parseSignatures(cosign(TEXT, witnessSigner, TIME));
const NOTE = formatNote({ text: TEXT, signatures: [byLog, ...byWitness] });

function faultOf(run: () => unknown): string {
  try {
    run();
    return 'none';
  } catch (error) {
    if (error instanceof NoteError) return error.fault;
    throw error;
  }
}

describe('the published examples', () => {
  it('open with the published key, and with no character changed', () => {
    const { text, verifiedBy } = openNote(EXAMPLE, [parseVerifierKey(EXAMPLE_KEY)]);
    expect(text).toBe('This is an example message.\n');
    expect(verifiedBy.map(({ verifier, time }) => [verifier.vkey, time])).toEqual([[EXAMPLE_KEY, undefined]]);
    expect(faultOf(() => openNote(EXAMPLE.replace('example m', 'Example m'), [parseVerifierKey(EXAMPLE_KEY)]))).toBe(
      'bad-signature',
    );
  });

  it('are read as what they say, and written again as they are', () => {
    const { text, signatures } = parseNote(COSIGNED);
    expect(text).toBe(CHECKPOINT);
    expect(signatures.map(({ name, id, bytes }) => [name, id, bytes.length])).toEqual([
      ['example.com/behind-the-sofa', '033de0ae', 64],
      ['witness.example.com/w1', '8d66cf3f', 72],
    ]);
    // The time that the specification says beside it.
    expect(signatures.map(({ bytes }) => Buffer.from(bytes).readBigUInt64BE())[1]).toBe(1_679_315_147n);
    expect(formatNote({ text, signatures })).toBe(COSIGNED);
    const checkpoint = parseCheckpoint(text);
    expect([checkpoint.origin, checkpoint.size, checkpoint.extensions]).toEqual([
      'example.com/behind-the-sofa',
      20_852_163,
      [],
    ]);
    expect(formatCheckpoint(checkpoint)).toBe(CHECKPOINT);
  });
});

describe('a key', () => {
  it('is the same as text and back, with a vkey that verifies it', () => {
    for (const { skey, vkey } of [log, other, witness]) {
      expect(parseSignerKey(skey).vkey).toBe(vkey);
      expect(parseVerifierKey(vkey).vkey).toBe(vkey);
    }
    expect([logKey.kind, witnessKey.kind]).toEqual(['ed25519', 'cosignature/v1']);
  });

  it('is refused with another name, another id, another kind, or in another form', () => {
    const [name = '', id = ''] = log.vkey.split('+');
    const data = log.vkey.slice(name.length + id.length + 2);
    const raw = Buffer.from(data, 'base64');
    const texts = [
      '',
      `other${log.vkey}`,
      `${name}+00000000+${data}`,
      `${name}+${id.toUpperCase().replace(/^\d+$/, 'A')}X+${data}`,
      `${name}+${id}+${data.slice(0, -1)}`,
      `${name}+${id}+${data} `,
      `${name}+${id}+${data}\n`,
      `+${id}+${data}`,
      `${name}+${id}+${raw.subarray(0, 32).toString('base64')}`,
      ...[0, 2, 3, 5, 6, 0xff].map(
        (type) => `${name}+${id}+${Buffer.concat([Buffer.of(type), raw.subarray(1)]).toString('base64')}`,
      ),
    ];
    for (const text of texts) {
      expect([text, faultOf(() => parseVerifierKey(text))]).toEqual([text, 'malformed']);
      expect(faultOf(() => parseSignerKey(`PRIVATE+KEY+${text}`))).toBe('malformed');
    }
    expect(faultOf(() => parseSignerKey(log.vkey))).toBe('malformed');
    for (const bad of ['', 'a b', 'a+b', 'a\u00a0b', 'a\u0085b', 'a\nb', 'a\u3000', '\ud800', '\u0007'])
      expect(faultOf(() => generateSignerKey(bad, 'ed25519'))).toBe('malformed');
  });

  it('of a log signs no cosignature, and of a witness nothing else', () => {
    expect(() => cosign(TEXT, logSigner, TIME)).toThrow(TypeError);
    expect(() => signNote(TEXT, witnessSigner)).toThrow(TypeError);
    expect(faultOf(() => cosign('no checkpoint\n', witnessSigner, TIME))).toBe('malformed');
    for (const time of [-1, 0.5, 2 ** 53]) expect(() => cosign(TEXT, witnessSigner, time)).toThrow(RangeError);
  });
});

describe('a signed note', () => {
  it('is opened by each key that is known, once, with the time of a cosignature', () => {
    const twice = formatNote({ text: TEXT, signatures: [byLog, byLog, ...byWitness, ...byWitness] });
    const { verifiedBy } = openNote(twice, [logKey, witnessKey]);
    expect(verifiedBy.map(({ verifier, time }) => [verifier.name, time])).toEqual([
      ['ledger.example/1', undefined],
      ['witness.example', TIME],
    ]);
  });

  it('passes over a key that is not known, also with a name that is, and is not opened by it', () => {
    const note = formatNote({ text: TEXT, signatures: [byOther, byLog] });
    expect(openNote(note, [logKey]).verifiedBy.map(({ verifier }) => verifier.vkey)).toEqual([log.vkey]);
    expect(openNote(note, [logKey, otherKey]).verifiedBy).toHaveLength(2);
    expect(faultOf(() => openNote(NOTE, [otherKey]))).toBe('unknown-signers');
    expect(faultOf(() => openNote(NOTE, []))).toBe('unknown-signers');
    expect(() => openNote(NOTE, [logKey, logKey])).toThrow(TypeError);
  });

  it('is refused as a whole for a bad signature of a known key, whatever else is good', () => {
    for (const forged of [
      { ...byLog, bytes: byOther.bytes },
      { ...byLog, bytes: byLog.bytes.subarray(1) },
    ])
      expect(
        faultOf(() =>
          openNote(formatNote({ text: TEXT, signatures: [...byWitness, byLog, forged] }), [logKey, witnessKey]),
        ),
      ).toBe('bad-signature');
  });

  it('is never opened with one bit changed, in its text or in a signature', () => {
    const bytes = Buffer.from(NOTE);
    const end = Buffer.byteLength(TEXT) + 1;
    fc.assert(
      fc.property(fc.nat(bytes.length - 1), fc.integer({ min: 0, max: 7 }), (at, bit) => {
        const copy = Buffer.from(bytes);
        copy.writeUInt8(copy.readUInt8(at) ^ (2 ** bit), at);
        const opened = (): number => openNote(copy.toString(), [logKey, witnessKey]).verifiedBy.length;
        // In the name or the id of a signature it becomes one of a key that is not known.
        if (at < end || faultOf(opened) !== 'none') expect(faultOf(opened)).not.toBe('none');
        else expect(opened()).toBe(1);
      }),
      { numRuns: 2000 },
    );
  });

  it('has a cosignature for its time alone', () => {
    const [signature] = byWitness;
    const bytes = Buffer.from(signature?.bytes ?? []);
    for (const time of [0n, 1n, BigInt(TIME) + 1n, 2n ** 63n, 2n ** 64n - 1n]) {
      bytes.writeBigUInt64BE(time);
      expect(witnessKey.verify(TEXT, bytes)).toBeUndefined();
    }
    bytes.writeBigUInt64BE(BigInt(TIME));
    expect(witnessKey.verify(TEXT, bytes)).toEqual({ time: TIME });
    expect(witnessKey.verify(TEXT, Buffer.concat([bytes, Buffer.of(0)]))).toBeUndefined();
    expect(witnessKey.verify(TEXT, bytes.subarray(8))).toBeUndefined();
  });

  it.each([
    ['nothing', () => ''],
    ['no signature', () => TEXT],
    ['an empty list of them', () => `${TEXT}\n`],
    ['no empty line', () => NOTE.replace('\n\n', '\n')],
    ['no text', () => NOTE.slice(TEXT.length)],
    ['no newline at its end', () => NOTE.slice(0, -1)],
    ['something after it', () => `${NOTE}x`],
    ['an empty line after it', () => `${NOTE}\n`],
    ['CRLF', () => NOTE.replaceAll('\n', '\r\n')],
    ['a control character', () => `\u0001${NOTE}`],
    ['half a character', () => `\ud800${NOTE}`],
    ['a hyphen for the dash', () => NOTE.replaceAll('—', '-')],
    ['two spaces', () => NOTE.replace('— ', '—  ')],
    ['a space at the end of a line', () => NOTE.replace('=\n—', '= \n—').replace(/\n$/, ' \n')],
    ['base64 without padding', () => NOTE.replace(/=+\n$/, '\n')],
    ['base64 of URLs', () => `${TEXT}\n— a ${'-_'.repeat(4)}\n`],
    ['bits in the padding', () => `${TEXT}\n— a AAAAAAB=\n`],
    ['an id alone', () => `${TEXT}\n— a AAAAAA==\n`],
    ['a plus sign in a name', () => `${TEXT}\n— a+b AAAAAAA=\n`],
    ['101 signatures', () => `${TEXT}\n${'— a AAAAAAA=\n'.repeat(101)}`],
    ['a million characters', () => `${'x'.repeat(1_000_000)}\n\n— a AAAAAAA=\n`],
  ])('is none with %s', (_, note) => {
    expect(faultOf(() => parseNote(note()))).toBe('malformed');
  });

  it('has sixteen signatures and more, and its last empty line before them', () => {
    const note = `a\n\nb\n\n${'— a AAAAAAA=\n'.repeat(100)}`;
    expect(parseNote(note).text).toBe('a\n\nb\n');
    expect(parseNote(note).signatures).toHaveLength(100);
    for (const text of ['a', 'a\r\n', '', 'a\n\t\n'])
      expect(faultOf(() => formatNote({ text, signatures: [byLog] }))).toBe('malformed');
  });
});

describe('a checkpoint', () => {
  const root = EMPTY_ROOT;
  const encoded = Buffer.from(root).toString('base64');

  it('has an empty tree, the largest there is, and further lines', () => {
    for (const text of [`a\n0\n${encoded}\n`, `a b+c\n${2 ** 53 - 1}\n${encoded}\n`, `a\n5\n${encoded}\nmore\nand\n`])
      expect(formatCheckpoint(parseCheckpoint(text))).toBe(text);
  });

  it.each([
    '',
    'a\n',
    `a\n1\n`,
    `a\n1\n${encoded}`,
    `\n1\n${encoded}\n`,
    `a\n01\n${encoded}\n`,
    `a\n00\n${encoded}\n`,
    `a\n+1\n${encoded}\n`,
    `a\n-1\n${encoded}\n`,
    `a\n1.0\n${encoded}\n`,
    `a\n1e3\n${encoded}\n`,
    `a\n0x1\n${encoded}\n`,
    `a\n1 \n${encoded}\n`,
    `a\n١\n${encoded}\n`,
    `a\n\n${encoded}\n`,
    `a\n9007199254740992\n${encoded}\n`,
    `a\n9007199254740993\n${encoded}\n`,
    `a\n18446744073709551616\n${encoded}\n`,
    `a\n1\n${encoded.replace('=', '')}\n`,
    `a\n1\n${encoded}=\n`,
    `a\n1\n${encoded.replaceAll('+', '-').replace('/', '_')}\n`,
    `a\n1\n${Buffer.alloc(31).toString('base64')}\n`,
    `a\n1\n${Buffer.alloc(33).toString('base64')}\n`,
    `a\n0\n${Buffer.alloc(32).toString('base64')}\n`,
    `a\n1\n${encoded}\n\n`,
    `a\n1\n${encoded}\nmore\n\nand\n`,
    `a\r\n1\r\n${encoded}\r\n`,
    `a\u0000\n1\n${encoded}\n`,
  ])('is not %j', (text) => {
    expect(faultOf(() => parseCheckpoint(text))).toBe('malformed');
  });

  it('is not written with an origin of two lines, or with a size that is none', () => {
    const good = { origin: 'a', size: 1, root, extensions: [] };
    for (const change of [
      { origin: 'a\nb' },
      { origin: '' },
      { size: -1 },
      { size: 1.5 },
      { size: 2 ** 53 },
      { root: root.subarray(1) },
      { extensions: [''] },
      { extensions: ['a\nb'] },
    ])
      expect(faultOf(() => formatCheckpoint({ ...good, ...change }))).toBe('malformed');
  });
});

describe('a proof to keep', () => {
  const proof = {
    extra: undefined,
    index: 3,
    hashes: [leafHash(Buffer.of(2)), leafHash(Buffer.of(3))],
    checkpoint: NOTE,
  };
  const file = formatTlogProof(proof);

  it('is the same as a file and back, with what else is to be said and without', () => {
    expect(file.split('\n').slice(0, 2)).toEqual(['c2sp.org/tlog-proof@v1', 'index 3']);
    for (const extra of [undefined, Buffer.from('more'), Buffer.alloc(0)])
      for (const hashes of [proof.hashes, []]) {
        const written = formatTlogProof({ ...proof, extra, hashes });
        expect(formatTlogProof(parseTlogProof(written))).toBe(written);
        expect(parseTlogProof(written).extra?.length).toBe(extra?.length);
      }
    expect(parseTlogProof(file).checkpoint).toBe(NOTE);
  });

  it.each([
    ['another version', (text: string) => text.replace('@v1', '@v2')],
    ['no index', (text: string) => text.replace('index 3\n', '')],
    ['a leading zero', (text: string) => text.replace('index 3', 'index 03')],
    ['an index that the tree has not', (text: string) => text.replace('index 3', 'index 7')],
    ['a line that is not known', (text: string) => text.replace('index 3', 'other 3\nindex 3')],
    ['extra after the index', (text: string) => text.replace('index 3', 'index 3\nextra AAAA')],
    ['extra twice', (text: string) => text.replace('index 3', 'extra AAAA\nextra AAAA\nindex 3')],
    ['extra that is no base64', (text: string) => text.replace('index 3', 'extra AAA\nindex 3')],
    ['a hash that is short', (text: string) => text.replace('index 3', 'index 3\nAAAA')],
    [
      'too many hashes',
      (text: string) => text.replace('index 3', `index 3${`\n${Buffer.alloc(32).toString('base64')}`.repeat(52)}`),
    ],
    ['CRLF', (text: string) => text.replaceAll('\n', '\r\n')],
    ['no checkpoint', (text: string) => text.slice(0, text.indexOf('\n\n') + 2)],
    ['two empty lines', (text: string) => text.replace('\n\n', '\n\n\n')],
    ['something after it', (text: string) => `${text}x`],
    ['nothing', () => ''],
  ])('is none with %s', (_, change) => {
    expect(faultOf(() => parseTlogProof(change(file)))).toBe('malformed');
  });
});
