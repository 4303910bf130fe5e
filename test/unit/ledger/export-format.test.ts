import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ExportFormatError, exportLines, readExport } from '../../../src/ledger/export-format.ts';
import { type Verification, verifyLedger } from '../../../src/ledger/verify.ts';
import { all, each, ledgerOf, readerOf, someEntries } from '../../support/ledger-rows.ts';

const ledger = ledgerOf(someEntries(4));
const lines = await all(exportLines(readerOf(ledger)));
const [opening = '', firstRow = '', ...others] = lines;
const closing = others.at(-1) ?? '';

async function verify(given: readonly string[]): Promise<Verification | string> {
  const { rows, head } = readExport(each(given));
  try {
    return await verifyLedger(rows, () => ({ head: head() }));
  } catch (error) {
    if (error instanceof ExportFormatError) return error.message;
    throw error;
  }
}

describe('an export of the ledger', () => {
  it('has an opening line, one line an entry, and a closing line with the head', () => {
    expect(lines).toHaveLength(6);
    expect(JSON.parse(opening)).toEqual({ format: 'shuqiao-ledger', version: 1 });
    expect(JSON.parse(closing)).toEqual(ledger.head);
    for (const line of lines) expect(line.indexOf('\n')).toBe(line.length - 1);
  });

  it('reads back as the ledger it was made of, and verifies', async () => {
    const { rows, head } = readExport(each(lines));
    expect(await all(rows)).toEqual(ledger.rows);
    expect(head()).toEqual(ledger.head);
    expect(await verify(lines)).toEqual({ verdict: 'verified', ...ledger.head });
  });

  it('does not mind empty lines and how lines end', async () => {
    const spaced = lines.flatMap((line) => [line.trimEnd(), '', '\r']);
    expect(await verify(spaced)).toMatchObject({ verdict: 'verified' });
  });

  it('is made up to the head that was read first, whatever is appended meanwhile', async () => {
    const grown = ledgerOf(someEntries(9));
    const early = { rows: grown.rows, head: ledger.head };
    expect(await all(exportLines(readerOf(early)))).toEqual(lines);
  });
});

describe('an export that somebody changed', () => {
  it('never verifies, whichever byte of whichever line it was', async () => {
    const characters = fc.integer({ min: 0x20, max: 0x7e }).map((code) => String.fromCharCode(code));
    await fc.assert(
      fc.asyncProperty(fc.nat(), fc.nat(), characters, async (which, where, character) => {
        const line = lines[which % lines.length] ?? '';
        const at = where % (line.length - 1);
        fc.pre(line[at] !== character);
        const broken = lines.with(which % lines.length, line.slice(0, at) + character + line.slice(at + 1));
        expect(await verify(broken)).not.toMatchObject({ verdict: 'verified' });
      }),
      { numRuns: 3000 },
    );
  });

  it('never verifies with any one line taken out, doubled, or moved', async () => {
    for (const [at, line] of lines.entries()) {
      expect(await verify(lines.toSpliced(at, 1))).not.toMatchObject({ verdict: 'verified' });
      expect(await verify(lines.toSpliced(at, 0, line))).not.toMatchObject({ verdict: 'verified' });
      const moved = lines.toSpliced(at, 1).toSpliced((at + 2) % lines.length, 0, line);
      expect(await verify(moved)).not.toMatchObject({ verdict: 'verified' });
    }
  });

  it('is incomplete if it was cut off, not verified', async () => {
    for (let kept = 1; kept < lines.length; kept += 1)
      expect(await verify(lines.slice(0, kept))).toMatchObject({ verdict: 'incomplete' });
  });

  it.each<[string, readonly string[], string]>([
    ['an empty file', [], 'line 0: the file is empty'],
    ['a line that is no JSON', [opening, 'x'], 'line 2: this is not an object of JSON'],
    ['a line that is a list', [opening, '[]'], 'line 2: this is not an object of JSON'],
    [
      'a line with a key twice',
      [opening, firstRow.replace('{', '{"index":0,')],
      'line 2: this is not an object of JSON',
    ],
    [
      'a line with a number that is no integer others read alike',
      [opening, firstRow.replace(':0,', ':1e400,')],
      'line 2: this is not an object of JSON',
    ],
    ['no opening line', lines.slice(1), 'line 1: this is not an export of a ledger'],
    ['a blank line for an opening line', ['\n', ...lines.slice(1)], 'line 2: this is not an export of a ledger'],
    [
      'the opening line of another version',
      [opening.replace('1', '2'), ...lines.slice(1)],
      'line 1: this is not an export of a ledger',
    ],
    ['something else than a ledger', ['{"format":"tar","version":1}'], 'line 1: this is not an export of a ledger'],
    [
      'an entry that is no text',
      [opening, '{"index":0,"entry":{},"leaf":"","chain":""}'],
      'line 2: an entry has index, entry, leaf and chain, and nothing else',
    ],
    [
      'an index that is no number',
      [opening, firstRow.replace(':0,', ':"0",')],
      'line 2: an entry has index, entry, leaf and chain, and nothing else',
    ],
    [
      'a second opening line',
      [opening, opening],
      'line 2: an entry has index, entry, leaf and chain, and nothing else',
    ],
    [
      'something besides an entry',
      [opening, firstRow.replace('{', '{"note":"unverified",')],
      'line 2: an entry has index, entry, leaf and chain, and nothing else',
    ],
    [
      'something besides the head',
      [...lines.slice(0, -1), closing.replace('{', '{"note":"unverified",')],
      'line 6: an entry has index, entry, leaf and chain, and nothing else',
    ],
    ['an entry after the closing line', [...lines, firstRow], 'line 7: there is something after the closing line'],
    ['a second closing line', [...lines, closing], 'line 7: there is something after the closing line'],
  ])('is refused for %s', async (_, given, message) => {
    expect(await verify(given)).toBe(message);
  });
});
