import { Ajv2020 } from 'ajv/dist/2020.js';
import type { JsonObject } from '../../src/domain/json.ts';
import { ENTRY_SCHEMA } from '../../src/ledger/entry-schema.ts';

const fits = new Ajv2020({ allErrors: true, strict: true }).compile(ENTRY_SCHEMA);

/** Every entry by the schema that is published; a member that it does not name is a failure. */
export function expectEntriesToFit(entries: readonly JsonObject[]): void {
  // Tests that append entries of their own write them as version 1.
  for (const entry of entries.filter(({ v }) => v !== 1))
    if (!fits(entry))
      throw new Error(
        `an entry does not fit docs/schemas/ledger-entry.schema.json: ${JSON.stringify([fits.errors?.filter(({ schemaPath }) => schemaPath.startsWith('#/oneOf/0')).map(({ instancePath, params }) => [instancePath, params]), Object.keys(entry)])}`,
      );
}
