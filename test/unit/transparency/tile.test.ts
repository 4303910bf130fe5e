import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readEntryBundle, writeEntryBundle } from '../../../src/transparency/entry-bundle.ts';
import { entriesPath, parseTilePath, tileHashReader, tilePath, tilesOf } from '../../../src/transparency/tile.ts';
import { TileError } from '../../../src/transparency/tile-error.ts';
import { memoryLog } from '../../support/memory-log.ts';

const tiles = fc.record({
  level: fc.integer({ min: 0, max: 5 }),
  index: fc.integer({ min: 0, max: 2 ** 4 }),
  width: fc.integer({ min: 1, max: 256 }),
});

describe('the path of a tile', () => {
  it.each([
    [tilePath(0, 1_234_067), 'tile/0/x001/x234/067'],
    [tilePath(0, 0), 'tile/0/000'],
    [tilePath(1, 999, 17), 'tile/1/999.p/17'],
    [tilePath(2, 1000), 'tile/2/x001/000'],
    [tilePath(0, 2 ** 40), 'tile/0/x001/x099/x511/x627/776'],
    [entriesPath(67, 255), 'tile/entries/067.p/255'],
    [entriesPath(1_234_067), 'tile/entries/x001/x234/067'],
  ])('%s is as the specification has it', (path, expected) => {
    expect(path).toBe(expected);
  });

  it('says which tile it is, of every tile', () => {
    fc.assert(
      fc.property(tiles, fc.integer({ min: 0, max: 2 ** 44 }), ({ level, index, width }, entries) => {
        expect(parseTilePath(tilePath(level, index, width))).toEqual({ kind: 'tile', level, index, width });
        expect(parseTilePath(entriesPath(entries, width))).toEqual({ kind: 'entries', index: entries, width });
      }),
    );
  });

  it.each([
    '',
    'tile/0',
    'tile/0/0',
    'tile/00/000',
    'tile/-1/000',
    'tile/64/000',
    'tile/7/000',
    'tile/0/x000/001',
    'tile/0/x001',
    'tile/0/001/002',
    'tile/0/x1/002',
    'tile/0/0001',
    'tile/0/000.p/0',
    'tile/0/000.p/256',
    'tile/0/000.p/01',
    'tile/0/000.p/',
    'tile/0/000/p/1',
    'tile/0/000\n',
    '/tile/0/000',
    'tile/0/000/',
    'tile/0/٠٠٠',
    'tile/Entries/000',
    'tile/entries/000.p/256',
    'tile/0/x999/x999/x999/x999/x999/999',
    'tile/../checkpoint',
  ])('is not %j', (path) => {
    expect(parseTilePath(path)).toBeUndefined();
  });

  it('is refused to tiles that no tree has', () => {
    for (const [level, index, width] of [
      [-1, 0, 1],
      [0, -1, 1],
      [0, 0, 0],
      [0, 0, 257],
      [7, 0, 1],
      [0, 0.5, 1],
      [0, 2 ** 45, 256],
    ] as const)
      expect(() => tilePath(level, index, width)).toThrow(RangeError);
    expect(() => entriesPath(0, 0)).toThrow(RangeError);
  });
});

describe('the tiles of a tree', () => {
  it('are those of the specification’s example of 70 000 entries', () => {
    const all = [...tilesOf(70_000)];
    const count = (level: number, full: boolean): number =>
      all.filter((tile) => tile.level === level && (tile.width === 256) === full).length;
    expect([count(0, true), count(1, true), all.length]).toEqual([273, 1, 277]);
    expect(all.filter(({ width }) => width < 256)).toEqual([
      { level: 0, index: 273, width: 112 },
      { level: 1, index: 1, width: 17 },
      { level: 2, index: 0, width: 1 },
    ]);
    expect([...tilesOf(256)]).toEqual([
      { level: 0, index: 0, width: 256 },
      { level: 1, index: 0, width: 1 },
    ]);
    expect([...tilesOf(0)]).toEqual([]);
  });

  it('since a smaller one are those that this one had not', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 200_000 }), fc.integer({ min: 0, max: 200_000 }), (one, other) => {
        const [since, size] = one < other ? [one, other] : [other, one];
        const paths = (of: Iterable<{ level: number; index: number; width: number }>): readonly string[] =>
          Array.from(of, ({ level, index, width }) => tilePath(level, index, width));
        const before = new Set(paths(tilesOf(since)));
        expect(paths(tilesOf(size, since))).toEqual(paths(tilesOf(size)).filter((path) => !before.has(path)));
      }),
      { numRuns: 30 },
    );
  });

  it('are each read once a call, and refused where they do not fit', async () => {
    const log = memoryLog(Array.from({ length: 600 }, (_, at) => Buffer.from(String(at))));
    const read: string[] = [];
    const reader = tileHashReader(600, async (tile) => {
      read.push(tilePath(tile.level, tile.index, tile.width));
      return log.tileBytes(tile);
    });
    await reader([
      { level: 0, index: 513 },
      { level: 6, index: 8 },
      { level: 8, index: 1 },
      { level: 0, index: 599 },
    ]);
    expect(read).toEqual(['tile/0/002.p/88', 'tile/1/000.p/2']);
    for (const node of [
      { level: 0, index: 600 },
      { level: 8, index: 2 },
      { level: 10, index: 0 },
      { level: -1, index: 0 },
      { level: 0, index: -1 },
    ])
      await expect(reader([node])).rejects.toThrow(RangeError);
    for (const bytes of [Buffer.alloc(0), Buffer.alloc(88 * 32 - 1), Buffer.alloc(256 * 32)])
      await expect(tileHashReader(600, async () => bytes)([{ level: 0, index: 599 }])).rejects.toThrow(TileError);
  });
});

describe('an entry bundle', () => {
  it('gives back the entries it was made of, the empty and the longest too', () => {
    const entries = fc.array(fc.uint8Array({ maxLength: 300 }), { minLength: 1, maxLength: 256 });
    fc.assert(
      fc.property(entries, (given) => {
        expect(readEntryBundle(writeEntryBundle(given)).map((entry) => Buffer.from(entry))).toEqual(
          given.map((entry) => Buffer.from(entry)),
        );
      }),
    );
    expect(readEntryBundle(writeEntryBundle([Buffer.alloc(65_535, 1)])).map(({ length }) => length)).toEqual([65_535]);
    expect(Buffer.from(writeEntryBundle([Buffer.from('ab'), Buffer.from('')])).toString('hex')).toBe('000261620000');
  });

  it('is refused where it is cut off or goes on', () => {
    const whole = writeEntryBundle([Buffer.from('ab'), Buffer.from('cde')]);
    for (const length of [0, 1, 2, 3, 5, 6, 8])
      expect(() => readEntryBundle(whole.subarray(0, length))).toThrow(TileError);
    expect(() => readEntryBundle(Buffer.concat([whole, Buffer.of(0)]))).toThrow(TileError);
    expect(() => readEntryBundle(Buffer.alloc(2 * 257))).toThrow(TileError);
  });

  it('takes no entry, 257 entries or one too long from nobody', () => {
    for (const entries of [[], Array.from({ length: 257 }, () => Buffer.alloc(1)), [Buffer.alloc(65_536)]])
      expect(() => writeEntryBundle(entries)).toThrow(RangeError);
  });
});
