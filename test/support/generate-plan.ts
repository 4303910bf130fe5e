import fc from 'fast-check';
import type { ContractSource } from '../../src/contract/compile-contract.ts';
import { fieldsOf } from '../../src/contract/fields.ts';
import type { Contract, Field, QueryParameter } from '../../src/domain/contract.ts';
import type { Grant, GrantedField, OnMismatch, Purpose } from '../../src/domain/grant.ts';
import type { JsonObject, JsonSchema, JsonValue } from '../../src/domain/json.ts';
import { compileCheck } from '../../src/schema/checker.ts';
import { typesOf } from '../../src/schema/profile.ts';
import { residentIdCheckDigit } from '../../src/semantic/resident-id.ts';

/** A contract, a grant that fits it, and a record and query that it would meet. */
export interface PlanCase {
  /** Equal to what the files compile to, but made without a compiler: thousands of cases are made. */
  readonly contract: Contract;
  readonly files: ContractSource;
  readonly grant: Grant;
  readonly purpose: Purpose;
  readonly record: JsonObject;
  readonly query: JsonObject;
  /** Every scalar of the record, each found nowhere else in it, with the path of its field. Booleans are not among them. */
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
type Use = Pick<GrantedField, 'treatment' | 'parameters'>;

const KEEP: Use = { treatment: 'keep', parameters: {} };
const EXISTS: Use = { treatment: 'exists', parameters: {} };
const THRESHOLD: Use = { treatment: 'threshold', parameters: { operator: '>', limit: 700_000_005 } };

const KINDS: readonly [LeafKind, ...LeafKind[]] = [
  { schema: { type: 'string', maxLength: 99 }, value: (serial) => `‹${serial}›`, uses: [KEEP, EXISTS] },
  { schema: { type: 'integer' }, value: (serial) => 700_000_000 + serial, uses: [KEEP, EXISTS, THRESHOLD] },
  { schema: { type: 'number' }, value: (serial) => serial + 0.5, uses: [THRESHOLD, KEEP, EXISTS] },
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
const CONTAINERS = 4;
const MAX_DEPTH = 3;

function makeSchema(chooser: Chooser, depth: number): JsonSchema {
  const kind = chooser.below(KINDS.length + (depth < MAX_DEPTH ? CONTAINERS : 0));
  const type = (name: string): JsonValue => (chooser.chance(25) ? [name, 'null'] : name);
  if (kind < KINDS.length) {
    const { schema } = KINDS[kind] ?? KINDS[0];
    return { ...schema, type: type(schema.type), 'x-classification': 'general-2' };
  }
  if (kind % 2 === 1) return { ...makeObject(chooser, depth + 1), type: type('object') };
  const bounds = chooser.chance(30) ? { minItems: 1, maxItems: 4 } : {};
  return { type: type('array'), items: makeSchema(chooser, depth + 1), ...bounds };
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
  const matched = fieldsOf(schema).filter(({ path }) => !path.includes('*') && path !== '/id' && chooser.chance(30));
  const files = makeFiles(schema, matched);
  const contract = contractOf(files, matched);
  const { record, canaries } = makeRecord(chooser, contract.schema);
  return {
    contract,
    files,
    record,
    canaries,
    grant: makeGrant(chooser, contract),
    purpose: { id: 'p', name: { en: 'p', zh: '用' }, legalBasis: [{ instrument: '令' }] },
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
  const leaf = (field: JsonSchema, path: string): JsonValue => {
    serial += 1;
    const unfit = typeof field['x-semantic'] === 'string' && chooser.chance(8);
    const value = unfit ? `?${serial}?` : kindOf(field).value(serial);
    if (typeof value !== 'boolean') canaries.push({ path, value });
    return value;
  };
  const make = (field: JsonSchema, path: string): JsonValue => {
    const types = typesOf(field);
    if (types.includes('null') && chooser.chance(25)) return null;
    if (types.includes('array')) {
      const count = Number(field['minItems'] ?? 0) + chooser.below(3);
      return Array.from({ length: count }, () => make(field['items'] as JsonSchema, `${path}/*`));
    }
    if (!types.includes('object')) return leaf(field, path);
    const required = field['required'] as readonly string[];
    return Object.fromEntries(
      Object.entries(field['properties'] as Readonly<Record<string, JsonSchema>>)
        .filter(([name]) => required.includes(name) || chooser.chance(60))
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
  const fields = contract.fields
    .filter(() => chooser.chance(50))
    .flatMap((field) => {
      const first = makeGrantedField(chooser, contract, field);
      // The same field once more under another name, in another precision.
      const again = !field.path.endsWith('/*') && chooser.chance(15);
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
      : chooser.pick(kind.uses);
  const text = use.treatment.startsWith('cn.') || (use.treatment === 'keep' && typesOf(schema).includes('string'));
  const mismatches: readonly [OnMismatch, ...OnMismatch[]] = text ? ['fail', 'drop', 'redact'] : ['fail', 'drop'];
  const renamed = !path.endsWith('/*') && chooser.chance(40);
  return {
    path,
    ...use,
    ...(renamed ? { as: 'out' } : {}),
    onMismatch: chooser.pick(mismatches),
    justification: 'why',
  };
}
