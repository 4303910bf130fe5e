import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fieldsOf } from '../../../src/contract/fields.ts';
import { readRecord } from '../../../src/contract/read-record.ts';
import type { Contract } from '../../../src/domain/contract.ts';
import type { JsonObject, JsonSchema, JsonValue } from '../../../src/domain/json.ts';
import { createTreatmentKeys } from '../../../src/keys/treatment-keys.ts';
import { loadSnapshot } from '../../../src/plan/load-snapshot.ts';
import { foundAt } from '../../../src/rehearsal/found-at.ts';
import { compileCheck } from '../../../src/schema/checker.ts';
import { partsOf } from '../../../src/schema/form.ts';
import { resolveProfile } from '../../../src/schema/resolve-profile.ts';
import { semanticTypeOf } from '../../../src/semantic/semantic-types.ts';
import { exchangeDraw } from '../../../src/synthetic/draw-exchange.ts';
import { recordDraw } from '../../../src/synthetic/draw-record.ts';
import { seededRandom } from '../../../src/synthetic/seeded-random.ts';
import { UndrawableError } from '../../../src/synthetic/undrawable-error.ts';
import { makePlanCase, planChoices } from '../../support/generate-plan.ts';
import { textsOf } from '../../support/leaves.ts';
import { object } from '../../support/plan-of.ts';
import { choices, chooserOf, makeObject } from '../compatibility/generate-schemas.ts';
import { sample } from '../compatibility/sample-values.ts';

const NOW = Date.parse('2026-11-23T09:00:00+08:00');
const keys = createTreatmentKeys(new Uint8Array(32));
const { contracts, plans } = loadSnapshot({ contractsDir: 'contracts', policiesDir: 'policies' }, keys);

type Drawn = Pick<Contract, 'schema' | 'fields' | 'checkRecord'>;
const contractOf = (schema: JsonSchema): Drawn => ({
  schema,
  fields: fieldsOf(schema),
  checkRecord: compileCheck(schema),
});

function drawn(contract: Drawn, count: number, seed = 1): readonly JsonObject[] {
  const draw = recordDraw(contract, NOW);
  const random = seededRandom(seed);
  return Array.from({ length: count }, () => draw(random));
}

/** Where it says that nothing can be made up; undefined if something is. */
function refusedAt(contract: Drawn): string | undefined {
  try {
    for (const record of drawn(contract, 5)) expect(contract.checkRecord(record)).toEqual([]);
    return undefined;
  } catch (error) {
    if (error instanceof UndrawableError) return error.path;
    throw error;
  }
}

/** What a schema says at the path of a field, or above one. */
const schemaAt = (schema: JsonSchema, path: string): JsonSchema | undefined =>
  path
    .split('/')
    .slice(1)
    .reduce<JsonSchema | undefined>(
      (at, name) => partsOf(at ?? {}).find(({ segment }) => segment === name)?.schema,
      schema,
    );

const holdsMoreThanItMay = (schema: JsonSchema = {}): boolean =>
  Number(schema['minItems'] ?? 0) > Number(schema['maxItems'] ?? Infinity) ||
  Number(schema['minProperties'] ?? 0) > Number(schema['maxProperties'] ?? Infinity);

const text = (more: JsonObject = {}): JsonSchema => ({ type: 'string', ...more });
const number = text({ 'x-semantic': 'cn.resident-id' });
const word = (value: JsonValue | undefined): string => (typeof value === 'string' ? value : '');
const valuesAt = (record: JsonObject, path: string): readonly JsonValue[] =>
  foundAt(record, path).map(({ value }) => value);

describe.each([...contracts.values()])('records made up for $id', (contract) => {
  const records = drawn(contract, 1000);

  it('are records of the contract, and values of their semantic types', () => {
    for (const record of records) expect(contract.checkRecord(record)).toEqual([]);
    for (const { path, schema } of contract.fields) {
      const semantic = semanticTypeOf(schema);
      const values = records.flatMap((record) => valuesAt(record, path)).filter((value) => value !== null);
      expect(values.length).toBeGreaterThan(0);
      if (semantic?.json !== 'string') continue;
      expect(values.filter((value) => semantic.normalise(word(value)) === undefined)).toEqual([]);
    }
  });

  it('are about nobody', () => {
    const texts = records.flatMap((record) => textsOf(record));
    const numbers = texts.filter((value) => /^\d{14}(?:\d|\d{3}[\dXx])$/.test(value));
    expect(numbers.filter((value) => !/^\d{4}99/.test(value))).toEqual([]);
    const byType = (type: string): readonly JsonValue[] =>
      contract.fields
        .filter(({ schema }) => schema['x-semantic'] === type)
        .flatMap(({ path }) => records.flatMap((record) => valuesAt(record, path)));
    expect(byType('cn.mobile').filter((value) => value !== null && !/^1990000\d{4}$/.test(word(value)))).toEqual([]);
    expect(byType('cn.uscc').filter((value) => !/^..\d{4}99/.test(word(value)))).toEqual([]);
  });

  it('have every nullable field null sometimes and sometimes not, and every listed value', () => {
    for (const { path, schema } of contract.fields) {
      const values = new Set(records.flatMap((record) => valuesAt(record, path)));
      if (Array.isArray(schema['enum'])) expect(values).toEqual(new Set(schema['enum'] as JsonValue[]));
      else if (Array.isArray(schema['type'])) expect(values.has(null)).toBe(true);
      expect(values.size).toBeGreaterThan(1);
    }
  });

  it('are the same for the same seed, and others for another', () => {
    expect(drawn(contract, 20, 5)).toEqual(drawn(contract, 20, 5));
    expect(drawn(contract, 20, 5)).not.toEqual(drawn(contract, 20, 6));
  });
});

describe.each(plans)('exchanges made up for $grant.id', (plan) => {
  const draw = exchangeDraw(plan, NOW);
  const random = seededRandom(1);
  const exchanges = Array.from({ length: 200 }, () => draw(random));

  it('ask what the grant may, and are answered about whom they ask', () => {
    for (const { query, record } of exchanges) {
      expect(plan.contract.checkQuery(query)).toEqual([]);
      expect(Object.keys(query).filter((name) => !plan.grant.parameters.includes(name))).toEqual([]);
      const reading = readRecord(plan.contract, Buffer.from(JSON.stringify(record)), query);
      expect(reading).toEqual({ record });
    }
  });
});

describe('a record made up', () => {
  it('fits any schema of the profile, or is refused where no value fits', () => {
    fc.assert(
      fc.property(choices, (made) => {
        const chooser = chooserOf(made);
        const schema = makeObject(chooser);
        const at = refusedAt(contractOf(schema));
        if (at === undefined || at.endsWith('/{key}')) return;
        const refused = schemaAt(schema, at);
        if (holdsMoreThanItMay(refused)) return;
        expect(fieldsOf(schema).map(({ path }) => path)).toContain(at);
        expect(sample(refused ?? {}, chooser)).toBeUndefined();
      }),
      { numRuns: 40 },
    );
  });

  it('fits any contract that grants are tested with', () => {
    fc.assert(
      fc.property(planChoices, (made) => {
        expect(refusedAt(contractOf(makePlanCase(made).contract.schema))).toBeUndefined();
      }),
      { numRuns: 60 },
    );
  });

  it('has as many items, members and levels as it may', () => {
    const { schema } = resolveProfile('', {
      type: 'object',
      properties: {
        list: { type: 'array', items: { type: 'boolean' }, minItems: 2, maxItems: 3 },
        map: {
          type: 'object',
          propertyNames: { enum: ['a', 'b', 'c'] },
          additionalProperties: { type: 'integer' },
          minProperties: 3,
        },
        tree: { $ref: '#/$defs/tree' },
      },
      required: ['list', 'map', 'tree'],
      additionalProperties: false,
      $defs: {
        tree: {
          type: 'object',
          properties: { below: { type: 'array', items: { $ref: '#/$defs/tree', 'x-max-depth': 8 } } },
          additionalProperties: false,
        },
      },
    });
    const records = drawn(contractOf(schema), 50);
    expect(new Set(records.map(({ list }) => (list as readonly JsonValue[]).length))).toEqual(new Set([2, 3]));
    expect(new Set(records.flatMap(({ map }) => Object.keys(map as JsonObject)))).toEqual(new Set(['a', 'b', 'c']));
    expect(Math.max(...records.map((record) => JSON.stringify(record).length))).toBeLessThan(100_000);
  });

  it('takes the examples of a contract for what has no meaning that is known', () => {
    const schema = object({ people: text({ examples: ['汉族', '满族'] }) }, ['people']);
    expect(new Set(drawn(contractOf(schema), 40).map(({ people }) => people))).toEqual(new Set(['汉族', '满族']));
  });

  it.each([
    ['a pattern with a back-reference', text({ pattern: '^(a|b)\\1$' })],
    ['a number of a person in a form of its own', text({ 'x-semantic': 'cn.mobile', pattern: '^\\+86' })],
    ['bounds that leave nothing', { type: 'integer', minimum: 3, exclusiveMaximum: 3 }],
    ['a text that is longer than anybody reads', text({ minLength: 1_000_000 })],
  ])('is refused, by path, for %s', (_, schema) => {
    expect(refusedAt(contractOf(object({ a: object({ b: schema }, ['b']) }, ['a'])))).toBe('/a/b');
  });

  it('is refused for a map with fewer keys than it needs, and for more parts than anybody reads', () => {
    const map = {
      type: 'object',
      propertyNames: text({ enum: ['a'] }),
      additionalProperties: text(),
      minProperties: 2,
    };
    expect(refusedAt(contractOf(object({ map }, ['map'])))).toBe('/map/{key}');
    const none = { ...map, maxProperties: 1 };
    expect(refusedAt(contractOf(object({ none }, ['none'])))).toBe('/none');
    const lists = { type: 'array', items: { type: 'array', items: text(), minItems: 2, maxItems: 1 }, minItems: 1 };
    expect(refusedAt(contractOf(object({ lists }, ['lists'])))).toBe('/lists/*');
    const list = (items: JsonSchema): JsonSchema => ({ type: 'array', items, minItems: 200 });
    expect(refusedAt(contractOf(object({ list: list(list(text())) }, ['list'])))).toBe('/list/*/*');
  });
});

describe('a field that is derived from another', () => {
  const from = (path: string, semantic: string, more: JsonObject = {}): JsonSchema => ({
    ...text({ 'x-semantic': semantic, 'x-derived-from': path }),
    ...more,
  });

  it('says what the other says, in whatever order and form the contract has them', () => {
    const schema = object(
      {
        age: { type: 'integer', 'x-semantic': 'age', 'x-derived-from': '/born' },
        sexCode: from('/number', 'sex', { enum: ['1', '2', '9'] }),
        born: from('/number', 'date.birth', { pattern: '^[0-9]{8}$' }),
        place: from('/number', 'cn.area-code'),
        number,
      },
      ['age', 'sexCode', 'born', 'place', 'number'],
    );
    for (const record of drawn(contractOf(schema), 300)) {
      const id = word(record['number']);
      const whole = id.length === 18 ? id : `${id.slice(0, 6)}19${id.slice(6)}0`;
      expect(record['born']).toBe(whole.slice(6, 14));
      expect(record['place']).toBe(whole.slice(0, 6));
      expect(record['sexCode']).toBe(Number(whole[16]) % 2 === 0 ? '2' : '1');
      const hadBirthday = whole.slice(10, 14) <= '1123';
      expect(record['age']).toBe(Math.max(0, 2026 - Number(whole.slice(6, 10)) - (hadBirthday ? 0 : 1)));
    }
  });

  it('goes with the other of the same item, entry and variant', () => {
    const born = (path: string): JsonSchema => from(path, 'date.birth', { format: 'date' });
    const kind = { type: 'string', const: 'person' };
    const members = object({ id: number, born: born('/members/*/id') }, ['id', 'born']);
    const map = { type: 'object', propertyNames: number, additionalProperties: born('/map/{key}'), minProperties: 2 };
    const variant = object({ kind, born: born('/party/=person/id'), id: number }, ['kind', 'born', 'id']);
    const party = { type: 'object', oneOf: [variant], discriminator: { propertyName: 'kind' } };
    const schema = object({ members: { type: 'array', items: members, minItems: 3 }, map, party }, [
      'members',
      'map',
      'party',
    ]);
    const monthOf = (id: string): string =>
      id.length === 18 ? `${id.slice(6, 10)}-${id.slice(10, 12)}` : `19${id.slice(6, 8)}-${id.slice(8, 10)}`;
    for (const record of drawn(contractOf(schema), 50)) {
      const pairs = [
        ...(record['members'] as readonly JsonObject[]).map(({ id, born }) => [id, born] as const),
        ...Object.entries(record['map'] as JsonObject),
        [(record['party'] as JsonObject)['id'], (record['party'] as JsonObject)['born']] as const,
      ];
      for (const [id, date] of pairs) expect(word(date).slice(0, 7)).toBe(monthOf(word(id)));
    }
  });

  it('is refused where what it would have to say does not fit', () => {
    const schema = object({ number, born: from('/number', 'date.birth', { enum: ['1800-01-01'] }) }, [
      'number',
      'born',
    ]);
    expect(refusedAt(contractOf(schema))).toBe('/born');
  });
});
