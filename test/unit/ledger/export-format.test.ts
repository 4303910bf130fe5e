import { describe, expect, it } from 'vitest';
import { exportLines } from '../../../src/ledger/export-format.ts';
import { all, ledgerOf, readerOf, someEntries } from '../../support/ledger-rows.ts';

const ledger = ledgerOf(someEntries(4));
const NOTE = { size: 3, note: 'ledger.example\n' };
const read = (lines: readonly string[]): readonly unknown[] => lines.map((line) => JSON.parse(line) as unknown);

describe('an export of the ledger', () => {
  it('has an opening line, one line an entry, and a closing line with the head', async () => {
    const lines = await all(exportLines(readerOf(ledger)));
    expect(lines).toHaveLength(6);
    for (const line of lines) expect(line.indexOf('\n')).toBe(line.length - 1);
    const [opening, first] = read(lines);
    expect(opening).toEqual({
      format: 'shuqiao-ledger',
      version: 2,
      from: 0,
      chain: '0'.repeat(64),
      frontier: [],
      upTo: 'head',
    });
    expect(first).toEqual(ledger.rows[0]);
    expect(read(lines).at(-1)).toEqual({ ...ledger.head, root: expect.stringMatching(/^[0-9a-f]{64}$/) });
  });

  it('ends with the newest checkpoint, unless all is asked for', async () => {
    const held = readerOf({ ...ledger, checkpoint: NOTE });
    const covered = read(await all(exportLines(held)));
    expect(covered).toHaveLength(5);
    expect(covered[0]).toMatchObject({ upTo: 'checkpoint', checkpoint: 3 });
    expect(covered.at(-1)).toMatchObject({ size: 3, chain: ledger.rows[2]?.chain, checkpoint: NOTE.note });
    const everything = read(await all(exportLines(held, { all: true })));
    expect(everything).toHaveLength(6);
    expect(everything.at(-1)).toMatchObject({ ...ledger.head, checkpoint: NOTE.note });
  });

  it('holds only what is new since a size, with the right edge of the tree at it', async () => {
    const news = read(await all(exportLines(readerOf(ledger), { since: 3 })));
    expect(news).toHaveLength(3);
    expect(news[0]).toMatchObject({ from: 3, chain: ledger.rows[2]?.chain });
    expect((news[0] as { frontier: readonly string[] }).frontier).toHaveLength(2);
    expect((news[0] as { frontier: readonly string[] }).frontier[1]).toBe(ledger.rows[2]?.leaf);
  });

  it('is none of what comes after the end', async () => {
    await expect(all(exportLines(readerOf(ledger), { since: 5 }))).rejects.toThrow(
      'The ledger ends at 4 entries, before 5.',
    );
  });

  it('is made up to the head that was read first, whatever is appended meanwhile', async () => {
    const grown = ledgerOf(someEntries(9));
    const early = { rows: grown.rows, head: ledger.head };
    expect(await all(exportLines(readerOf(early)))).toEqual(await all(exportLines(readerOf(ledger))));
  });
});
