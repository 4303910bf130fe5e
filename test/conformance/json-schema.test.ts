import { describe, expect, it } from 'vitest';
import { SchemaFile } from '../../src/contract/schema-file.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../../src/domain/json.ts';
import { compileCheck, fileCheck } from '../../src/schema/checker.ts';
import { FORMATS, KEYWORDS } from '../../src/schema/profile.ts';
import { resolveProfile } from '../../src/schema/resolve-profile.ts';
import { readVectors, say, vectorFiles, vectorsFolder } from './vectors.ts';

interface Group {
  readonly description: string;
  readonly schema: JsonValue;
  readonly tests: readonly { readonly description: string; readonly data: unknown; readonly valid: boolean }[];
}

/**
 * The suite's schemas mostly say one thing and leave types out, which a contract may not. Those faults of form change
 * nothing about what the keywords mean, so they are put up with here; every other fault means that the schema is
 * outside the profile.
 */
const OF_FORM = new Set([
  'the type is missing, unknown or more than one',
  'the object is open',
  'the items of the array have no schema',
  'the keys of the map are not described',
  'oneOf has no discriminator',
]);
// The file is refused before; ajv could not compile it either.
const EMPTY_ENUM = 'must NOT have fewer than 1 items';
const schemaFile = fileCheck(SchemaFile);
const INSIDE = new Set([...KEYWORDS, '$schema', '$id', '$defs']);

/** Whether some keyword is none of the profile's, by a walk of its own. */
function usesOtherKeywords(schema: JsonValue): boolean {
  if (!isJsonObject(schema)) return typeof schema === 'boolean';
  const { properties, items, additionalProperties } = schema;
  const below = [...(isJsonObject(properties) ? Object.values(properties) : []), items, additionalProperties];
  return (
    Object.keys(schema).some((keyword) => !INSIDE.has(keyword)) ||
    below.some((inner) => isJsonObject(inner) && usesOtherKeywords(inner))
  );
}

/** The schema as the gateway would apply it, or undefined if it is outside the profile. */
function applied(schema: JsonValue): JsonObject | undefined {
  if (!isJsonObject(schema)) return undefined;
  if (schemaFile.faults(schema).some(({ message }) => message === EMPTY_ENUM)) return undefined;
  const { schema: resolved, faults } = resolveProfile('suite', schema);
  return faults.every(({ message }) => OF_FORM.has(message)) ? resolved : undefined;
}

function readGroups(folder: string, ...files: readonly string[]) {
  return files.flatMap((file) =>
    (readVectors(folder, file) as readonly Group[]).map((group) => ({
      ...group,
      name: `${file}: ${group.description}`,
    })),
  );
}

describe('schemas, against the suite of JSON Schema 2020-12', () => {
  const folder = vectorsFolder('json-schema-test-suite', 'tests', 'draft2020-12');
  if (folder === undefined) return;
  // Formats are asserted here and only noted there; their own files follow below.
  const groups = readGroups(folder, ...vectorFiles(folder).filter((file) => file !== 'format.json'));
  const inside = groups.flatMap((group) => {
    const schema = applied(group.schema);
    return schema === undefined ? [] : [{ ...group, applied: schema }];
  });
  const outside = groups.filter(({ schema }) => applied(schema) === undefined);
  const cases = inside.reduce((sum, { tests }) => sum + tests.length, 0);
  say(`${cases} cases of ${inside.length} JSON Schema groups inside the profile, ${outside.length} groups outside it`);

  it('has enough inside the profile to say something about every keyword that checks', () => {
    const used = new Set(
      inside.flatMap(({ applied }) => JSON.stringify(applied).match(/(?<=")[a-zA-Z]+(?=":)/g) ?? []),
    );
    const checking = [...KEYWORDS].filter(
      (keyword) => !/^(?:[$x]|title|description|examples|discriminator|format)/.test(keyword),
    );
    expect(checking.filter((keyword) => !used.has(keyword))).toEqual([]);
    expect(cases).toBeGreaterThan(300);
  });

  it.each(inside)('agrees in every case of $name', ({ applied, tests }) => {
    const check = compileCheck(applied);
    const disagreeing = tests.filter(({ data, valid }) => (check(data).length === 0) !== valid);
    expect(disagreeing.map(({ description }) => description)).toEqual([]);
  });

  it.each(groups.filter(({ schema }) => usesOtherKeywords(schema)))(
    'refuses what it would not apply: $name',
    ({ schema }) => {
      if (!isJsonObject(schema)) return; // a file with true or false in it is refused before
      expect(resolveProfile('suite', schema).faults).not.toEqual([]);
      expect(applied(schema)).toBeUndefined();
    },
  );
});

describe('formats, against the suite of JSON Schema 2020-12', () => {
  const folder = vectorsFolder('json-schema-test-suite', 'tests', 'draft2020-12', 'optional', 'format');
  if (folder === undefined) return;
  const groups = FORMATS.flatMap((format) => readGroups(folder, `${format}.json`)).filter(({ schema }) =>
    applied(schema),
  );
  say(`${groups.reduce((sum, { tests }) => sum + tests.length, 0)} cases of the formats ${FORMATS.join(', ')}`);

  it.each(groups)('agrees in every case of $name', ({ schema, tests }) => {
    const check = compileCheck(applied(schema) ?? {});
    const disagreeing = tests.filter(({ data, valid }) => (check(data).length === 0) !== valid);
    expect(disagreeing.map(({ description }) => description)).toEqual([]);
  });

  it('are in the suite, each of them', () => {
    expect(groups.map(({ name }) => name.split(':')[0])).toEqual(FORMATS.map((format) => `${format}.json`));
  });
});
