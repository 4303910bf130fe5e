import type { JsonObject } from '../domain/json.ts';
import { objectOf } from './epoch-statement.ts';

// Entries are canonical: one of this kind has exactly these bytes in it.
const MARK = Buffer.from('"kind":"prune"');

/** Whether an entry says that the first `size` entries, of this root, were taken out. Who approved it is for auditors to judge. */
export function isPruneRecordOf(
  entry: Uint8Array,
  { size, root }: { readonly size: number; readonly root: Uint8Array },
): boolean {
  if (!Buffer.from(entry.buffer, entry.byteOffset, entry.byteLength).includes(MARK)) return false;
  const record: JsonObject = objectOf(entry);
  return record['kind'] === 'prune' && record['to'] === size && record['root'] === Buffer.from(root).toString('hex');
}
