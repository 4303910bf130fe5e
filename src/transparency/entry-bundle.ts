import { TILE_WIDTH } from './tile.ts';
import { TileError } from './tile-error.ts';

const LENGTH_BYTES = 2;
/** What the length of two bytes can say. */
export const MAX_ENTRY_BYTES = 65_535;

/**
 * C2SP tlog-tiles, “Log entries”: each with its length before it, in two bytes, big-endian.
 * @throws RangeError for no entry, for more than 256, and for one that is too long
 */
export function writeEntryBundle(entries: readonly Uint8Array[]): Uint8Array {
  if (entries.length === 0 || entries.length > TILE_WIDTH) throw new RangeError('a bundle has 1 to 256 entries');
  if (entries.some(({ length }) => length > MAX_ENTRY_BYTES)) throw new RangeError('an entry is too long for a bundle');
  return Buffer.concat(
    entries.flatMap((entry) => {
      const length = Buffer.alloc(LENGTH_BYTES);
      length.writeUInt16BE(entry.length);
      return [length, entry];
    }),
  );
}

/** @throws TileError for what is cut off, and for no entry or more than 256 */
export function readEntryBundle(bytes: Uint8Array): readonly Uint8Array[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const entries: Uint8Array[] = [];
  for (let at = 0; at < bytes.length; ) {
    const start = at + LENGTH_BYTES;
    if (start > bytes.length) throw new TileError('the bundle ends inside a length');
    const end = start + view.getUint16(at);
    if (end > bytes.length) throw new TileError('the bundle ends inside an entry');
    entries.push(bytes.subarray(start, end));
    at = end;
  }
  if (entries.length === 0 || entries.length > TILE_WIDTH) throw new TileError('a bundle has 1 to 256 entries');
  return entries;
}
