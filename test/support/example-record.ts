import { readFileSync } from 'node:fs';
import type { JsonObject } from '../../src/domain/json.ts';

/** A made-up resident as public security keeps one: the valid example of the contract. */
export function record(): JsonObject {
  return JSON.parse(
    readFileSync('contracts/public-security/resident-identity/v1/examples/valid/family-of-three.json', 'utf8'),
  ) as JsonObject;
}
