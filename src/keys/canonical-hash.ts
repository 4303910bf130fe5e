import { createHash } from 'node:crypto';
import { canonicalJson } from '../domain/canonical-json.ts';
import type { JsonValue } from '../domain/json.ts';

/** SHA-256 over canonical JSON, hex: equal hash, equal value, however it was written. */
export function canonicalHash(value: JsonValue): string {
  return createHash('sha256').update(canonicalJson(value)).digest('hex');
}
