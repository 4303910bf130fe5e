/** Bytes that are not the tile, or not an entry bundle. */
export class TileError extends Error {
  override readonly name = 'TileError';
}
