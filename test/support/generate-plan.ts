import fc from 'fast-check';
import type { ContractSource } from '../../src/contract/compile-contract.ts';
import { fieldsOf } from '../../src/contract/fields.ts';
import type { Contract, Field, QueryParameter } from '../../src/domain/contract.ts';
import type { Grant, GrantedField, OnMismatch, Purpose, TreatedField } from '../../src/domain/grant.ts';
import type { JsonObject, JsonSchema, JsonValue } from '../../src/domain/json.ts';
import type { Department } from '../../src/domain/party.ts';
import { compileCheck } from '../../src/schema/checker.ts';
import { formOf, isInMapOf, isKeyPath, isPlainPath } from '../../src/schema/form.ts';
import { typesOf } from '../../src/schema/profile.ts';
import { residentIdCheckDigit } from '../../src/semantic/resident-id.ts';

/** A contract, a grant that fits it, and a record and query that it would meet. */
export interface PlanCase {
  /** Equal to what the files compile to, but made without a compiler: thousands of cases are made. */
  readonly contract: Contract;
  readonly files: ContractSource;
  readonly grant: Grant;
  readonly purpose: Purpose;
  readonly consumer: Department;
  readonly record: JsonObject;
  readonly query: JsonObject;
  /** Every scalar and every key of a map, each found nowhere else in the record, with the path of its field; no booleans. */
  readonly canaries: readonly { readonly path: string; readonly value: string | number }[];
}

/** What a case is made of: shorter and smaller means simpler, so that a failing case shrinks to its point. */
export const planChoices: fc.Arbitrary<readonly number[]> = fc.array(fc.nat({ max: 9999 }), {
  maxLength: 300,
  size: 'max',
});

interface Chooser {
  below(count: number): number;
  /** No if nothing is left to choose by. */
  chance(percent: number): boolean;
  pick<T>(items: readonly [T, ...T[]]): T;
}

function chooserOf(choices: readonly number[]): Chooser {
  let at = 0;
  const below = (count: number): number => {
    const choice = choices[at] ?? 0;
    at += 1;
    return choice % count;
  };
  return {
    below,
    chance: (percent) => below(100) >= 100 - percent,
    pick: (items) => items[below(items.length)] ?? items[0],
  };
}

interface LeafKind {
  readonly schema: { readonly type: string; readonly 'x-semantic'?: string; readonly maxLength?: number };
  readonly value: (serial: number) => string | number | boolean;
  readonly uses: readonly [Use, ...Use[]];
}
type Use = Pick<TreatedField, 'treatment' | 'parameters'>;

/** Nothing limits what a case grants: what limits do has tests of its own. */
const PURPOSE: Purpose = {
  id: 'p',
  name: { en: 'p', zh: '用' },
  legalBasis: [{ id: 'b', instrument: '令', covers: ['p'] }],
  ceiling: { '*': ['exact'] },
};
const CONSUMER: Department = { id: 'dept', name: { en: 'd', zh: '部' }, clearance: 'important' };

const KEEP: Use = { treatment: 'keep', parameters: {} };
const EXISTS: Use = { treatment: 'exists', parameters: {} };
const THRESHOLD: Use = { treatment: 'threshold', parameters: { operator: '>', limit: 700_000_005 } };

const KINDS: readonly [LeafKind, ...LeafKind[]] = [
  { schema: { type: 'string', maxLength: 99 }, value: (serial) => `‹${serial}›`, uses: [KEEP, EXISTS] },
  { schema: { type: 'integer' }, value: (serial) => 700_000_000 + serial, uses: [KEEP, EXISTS, THRESHOLD] },
  { schema: { type: 'number' }, value: (serial) => 700_000_000.5 + serial, uses: [THRESHOLD, KEEP, EXISTS] },
  { schema: { type: 'boolean' }, value: (serial) => serial % 2 === 0, uses: [KEEP, EXISTS] },
  {
    schema: { type: 'string', 'x-semantic': 'cn.resident-id' },
    value: (serial) => {
      const body = `11019919900101${String(serial).padStart(3, '0')}`;
      return body + residentIdCheckDigit(body);
    },
    uses: [KEEP, EXISTS, { treatment: 'cn.resident-id', parameters: { area: 6, tail: 4 } }],
  },
  {
    schema: { type: 'string', 'x-semantic': 'cn.name' },
    value: (serial) => `张${String.fromCodePoint(0x20000 + serial)}`,
    uses: [{ treatment: 'cn.name', parameters: {} }, EXISTS, KEEP],
  },
  {
    schema: { type: 'string', 'x-semantic': 'cn.mobile' },
    value: (serial) => `138${String(serial).padStart(8, '0')}`,
    uses: [{ treatment: 'cn.mobile', parameters: { head: 3, tail: 4 } }, EXISTS, KEEP],
  },
];
// Of these keys no two are masked alike. None begins like a property, so that paths of an answer can be told.
const KEY_KINDS: readonly [LeafKind, ...LeafKind[]] = [KINDS[0], ...KINDS.filter(({ schema }) => isKeyMeaning(schema))];
const KEY_PATTERN = '^[^A-Za-z]';
const VARIANTS = ['p', 'q', '个体'];
const MAX_DEPTH = 3;

function isKeyMeaning({ 'x-semantic': semantic }: LeafKind['schema']): boolean {
  return semantic === 'cn.resident-id' || semantic === 'cn.mobile';
}

type TypeOf = (name: string) => JsonValue;
const CONTAINERS: readonly ((chooser: Chooser, depth: number, typeOf: TypeOf) => JsonSchema)[] = [
  makeArray,
  makeNestedObject,
  makeArray,
  makeNestedObject,
  makeMap,
  makeChoice,
];

function makeSchema(chooser: Chooser, depth: number): JsonSchema {
  const kind = chooser.below(KINDS.length + (depth < MAX_DEPTH ? CONTAINERS.length : 0));
  const typeOf = (name: string): JsonValue => (chooser.chance(25) ? [name, 'null'] : name);
  const container = CONTAINERS[kind - KINDS.length];
  if (container !== undefined) return container(chooser, depth + 1, typeOf);
  const { schema } = KINDS[kind] ?? KINDS[0];
  return { ...schema, type: typeOf(schema.type), 'x-classification': 'general-2' };
}

function makeNestedObject(chooser: Chooser, depth: number, typeOf: TypeOf): JsonSchema {
  return { ...makeObject(chooser, depth), type: typeOf('object') };
}

function makeArray(chooser: Chooser, depth: number, typeOf: TypeOf): JsonSchema {
  const bounds = chooser.chance(30) ? { minItems: 1, maxItems: 4 } : {};
  return { type: typeOf('array'), items: makeSchema(chooser, depth), ...bounds };
}

function makeMap(chooser: Chooser, depth: number, typeOf: TypeOf): JsonSchema {
  const { schema } = chooser.pick(KEY_KINDS);
  return {
    type: typeOf('object'),
    additionalProperties: makeSchema(chooser, depth),
    propertyNames: { ...schema, pattern: KEY_PATTERN, 'x-classification': 'general-3' },
    ...(chooser.chance(30) ? { minProperties: 1, maxProperties: 4 } : {}),
  };
}

function makeChoice(chooser: Chooser, depth: number, typeOf: TypeOf): JsonSchema {
  const type = typeOf('object');
  const variants = VARIANTS.slice(0, 1 + chooser.below(VARIANTS.length)).map((value) => {
    const { properties, required, ...rest } = makeObject(chooser, depth);
    const kind = { type: 'string', const: value, 'x-classification': 'general-1' };
    return {
      ...rest,
      properties: { kind, ...(properties as JsonObject) },
      required: ['kind', ...(required as string[])],
    };
  });
  const oneOf = type === 'object' ? variants : [...variants, { type: 'null' }];
  return { type, oneOf, discriminator: { propertyName: 'kind' } };
}

function makeObject(chooser: Chooser, depth: number): JsonSchema {
  // Each begins with the one before: a path is not granted because another begins like it.
  const names = ['a', 'ab', 'abc', 'abcd'].slice(0, 1 + chooser.below(4));
  const properties = Object.fromEntries(names.map((name) => [name, makeSchema(chooser, depth)]));
  const required = names.filter(() => chooser.chance(60));
  return { type: 'object', properties, required, additionalProperties: false };
}

function kindOf(schema: JsonSchema): LeafKind {
  const kind = KINDS.find(
    ({ schema: { type, 'x-semantic': semantic } }) =>
      typesOf(schema).includes(type) && schema['x-semantic'] === semantic,
  );
  return kind ?? KINDS[0];
}

export function makePlanCase(choices: readonly number[]): PlanCase {
  const chooser = chooserOf(choices);
  const { properties, required, ...rest } = makeObject(chooser, 0);
  const id = { type: 'string', 'x-classification': 'general-4' };
  const schema = {
    ...rest,
    properties: { id, ...(properties as JsonObject) },
    required: ['id', ...(required as string[])],
  };
  const matched = fieldsOf(schema).filter(({ path }) => isPlainPath(path) && path !== '/id' && chooser.chance(30));
  const files = makeFiles(schema, matched);
  const contract = contractOf(files, matched);
  const { record, canaries } = makeRecord(chooser, contract.schema);
  return {
    contract,
    files,
    record,
    canaries,
    grant: makeGrant(chooser, contract),
    purpose: PURPOSE,
    consumer: CONSUMER,
    query: makeQuery(chooser, contract, record),
  };
}

function makeFiles(schema: JsonObject, matched: readonly Field[]): ContractSource {
  const parameters = matched.map(({ path, schema: field }, index) => {
    const type = typesOf(field).filter((name) => name !== 'null')[0] ?? 'string';
    return [`m${index}`, { type, 'x-match': path }];
  });
  const query = {
    type: 'object',
    properties: { id: { type: 'string', 'x-filter': '/id' }, ...Object.fromEntries(parameters) },
    required: ['id'],
    additionalProperties: false,
  };
  return {
    contractFile: 'contract.json',
    schemaFile: 'schema.json',
    contract: {
      id: 'dept.thing.v1',
      version: '1.0.0',
      title: { en: 'thing', zh: '物' },
      source: { id: 'dept.things', path: '/things' },
      query,
    },
    schema,
  };
}

function contractOf({ contract, schema }: ContractSource, matched: readonly Field[]): Contract {
  const matches = matched.map(
    ({ path }, index): QueryParameter => ({ name: `m${index}`, required: false, use: 'match', field: path }),
  );
  return {
    ...contract,
    department: 'dept',
    classification: 'general-2',
    parameters: [{ name: 'id', required: true, use: 'filter', field: '/id' }, ...matches],
    fields: fieldsOf(schema),
    schema,
    hash: '',
    checkQuery: (query) => compileCheck(contract.query)(query),
    checkRecord: (record) => compileCheck(schema)(record),
  };
}

function makeRecord(chooser: Chooser, schema: JsonSchema): Pick<PlanCase, 'record' | 'canaries'> {
  const canaries: { path: string; value: string | number }[] = [];
  let serial = 0;
  const leaf = (field: JsonSchema, path: string): string | number | boolean => {
    // A constant tells nothing that the contract does not.
    if (typeof field['const'] === 'string') return field['const'];
    serial += 1;
    const unfit = typeof field['x-semantic'] === 'string' && chooser.chance(8);
    const value = unfit ? `‹?${serial}›` : kindOf(field).value(serial);
    if (typeof value !== 'boolean') canaries.push({ path, value });
    return value;
  };
  const many = <T>(least: JsonValue | undefined, one: () => T): readonly T[] =>
    Array.from({ length: Number(least ?? 0) + chooser.below(3) }, one);
  const make = (field: JsonSchema, path: string): JsonValue => {
    if (typesOf(field).includes('null') && chooser.chance(25)) return null;
    const form = formOf(field);
    if (form.kind === 'leaf') return leaf(field, path);
    if (form.kind === 'array') return many(field['minItems'], () => make(form.items, `${path}/*`));
    if (form.kind === 'choice') {
      const variant = form.variants[chooser.below(form.variants.length)];
      return variant === undefined ? null : make(variant.schema, `${path}/=${variant.value}`);
    }
    if (form.kind === 'map') {
      const entry = () => [String(leaf(form.keys, `${path}/{key}`)), make(form.values, `${path}/*`)] as const;
      return Object.fromEntries(many(field['minProperties'], entry));
    }
    return Object.fromEntries(
      form.properties
        .filter(([name]) => form.required.has(name) || chooser.chance(60))
        .map(([name, property]) => [name, make(property, `${path}/${name}`)]),
    );
  };
  return { record: make(schema, '') as JsonObject, canaries };
}

function makeQuery(chooser: Chooser, contract: Contract, record: JsonObject): JsonObject {
  const about = (field: string): JsonValue =>
    field
      .split('/')
      .slice(1)
      .reduce<JsonValue>((value, name) => (value as JsonObject | null)?.[name] ?? null, record);
  return Object.fromEntries(
    contract.parameters
      .filter(({ use }) => use === 'filter' || chooser.chance(70))
      .map(({ name, field }) => [name, chooser.chance(30) ? 'something else' : about(field)]),
  );
}

function makeGrant(chooser: Chooser, contract: Contract): Grant {
  const chosen = contract.fields.filter(({ path }) => !isKeyPath(path) && chooser.chance(50));
  const fields = contract.fields
    .filter((field) => chosen.includes(field) || chosen.some(({ path }) => isInMapOf(field.path, path)))
    .flatMap((field) => {
      const first = makeGrantedField(chooser, contract, field);
      // The same field once more under another name, in another precision.
      const again = isRenamable(field.path) && chooser.chance(15);
      return again ? [first, { ...makeGrantedField(chooser, contract, field), as: 'again' }] : [first];
    })
    .map((field, index) => ('as' in field ? { ...field, as: `${field.as}${index}` } : field));
  return {
    id: 'g',
    consumer: { department: 'dept', systems: ['dept.system'] },
    contract: contract.id,
    purpose: 'p',
    parameters: contract.parameters.map(({ name }) => name),
    fields,
    validFrom: '2026-01-01T00:00:00Z',
    validUntil: '2027-01-01T00:00:00Z',
  };
}

function makeGrantedField(chooser: Chooser, { parameters }: Contract, { path, schema }: Field): GrantedField {
  const kind = kindOf(schema);
  const matched = parameters.find(({ use, field }) => use === 'match' && field === path);
  const use =
    matched !== undefined && chooser.chance(50)
      ? { treatment: 'match', parameters: { parameter: matched.name } }
      : isKeyPath(path)
        ? (kind.uses.filter(({ treatment }) => treatment !== 'exists')[chooser.below(2)] ?? KEEP)
        : chooser.pick(kind.uses);
  const text = use.treatment.startsWith('cn.') || (use.treatment === 'keep' && typesOf(schema).includes('string'));
  const mismatches: readonly [OnMismatch, ...OnMismatch[]] = text ? ['fail', 'drop', 'redact'] : ['fail', 'drop'];
  const renamed = isRenamable(path) && chooser.chance(40);
  return {
    path,
    ...use,
    ...(renamed ? { as: 'out' } : {}),
    onMismatch: chooser.pick(mismatches),
    justification: 'why',
  };
}

function isRenamable(path: string): boolean {
  return !isKeyPath(path) && !path.endsWith('/*');
}
