import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { describe, expect, it } from 'vitest';
import type { JsonObject, JsonValue } from '../../src/domain/json.ts';
import { derivedSchema, grantOpenApi } from '../../src/openapi/grant-openapi.ts';
import { loadSnapshot } from '../../src/plan/load-snapshot.ts';

const { plans } = loadSnapshot({ contractsDir: 'contracts', policiesDir: 'policies' });
const all = plans.map((plan) => ({ id: plan.grant.id, plan }));

interface Document {
  readonly paths: Readonly<Record<string, { readonly post: JsonObject }>>;
  readonly components: { readonly schemas: Readonly<Record<string, JsonObject>> };
}
const documentOf = (plan: (typeof plans)[number]): Document =>
  JSON.parse(JSON.stringify(grantOpenApi(plan))) as Document;

/** Every key of every object in it, however deep. */
function keysOf(value: JsonValue): readonly string[] {
  if (Array.isArray(value)) return value.flatMap((item: JsonValue) => keysOf(item));
  if (value === null || typeof value !== 'object') return [];
  return Object.entries(value).flatMap(([key, inner]) => [key, ...keysOf(inner)]);
}

/** A reader of our documents that is not ours: references resolved as a consumer's tool would. */
function readerOf(document: Document, name: string): (value: unknown) => boolean {
  const ajv = new Ajv2020({ strict: false });
  addFormats.default(ajv);
  ajv.addSchema({ ...document, $id: 'https://grant.example/openapi' });
  return ajv.compile({ $ref: `https://grant.example/openapi#/components/schemas/${name}` });
}

describe('the OpenAPI of a grant', () => {
  it.each(all)('has the one operation of its contract: $id', ({ plan }) => {
    expect(Object.keys(documentOf(plan).paths)).toEqual([`/exchange/${plan.contract.id.replaceAll('.', '/')}`]);
  });

  it.each(all)('tells of no field or parameter that is not granted, and of no annotation: $id', ({ plan }) => {
    const { schemas } = documentOf(plan).components;
    const keys = new Set(keysOf({ ...schemas['Data'], query: schemas['ExchangeRequest'] ?? null }));
    const granted = new Set([...plan.fields.flatMap(({ output }) => output.split('/')), ...plan.grant.parameters]);
    const others = [
      ...plan.contract.fields.flatMap(({ path }) => path.split('/')),
      ...plan.contract.parameters.map(({ name }) => name),
    ];
    // `title` and `status` are words of JSON Schema and of OpenAPI too.
    for (const name of others.filter((other) => !granted.has(other) && other !== '')) expect(keys).not.toContain(name);
    expect([...keys].filter((key) => key.startsWith('x-'))).toEqual([]);
  });

  it.each(all)('takes the requests that its consumer may make, and no wider ones: $id', ({ plan }) => {
    const takes = readerOf(documentOf(plan), 'ExchangeRequest');
    const value = {
      residentId: '110199199001010015',
      creditCode: '91350100M000100Y43',
      orderNumber: 'GD202601010001',
    };
    const query = Object.fromEntries(
      plan.grant.parameters
        .filter((name) => name in value)
        .map((name) => [name, (value as Record<string, string>)[name]]),
    );
    const request = { purpose: plan.purpose.id, query };
    expect(takes(request)).toBe(true);
    expect(takes({ ...request, purpose: 'curiosity' })).toBe(false);
    expect(takes({ ...request, query: { ...query, everything: true } })).toBe(false);
    expect(takes({ ...request, fields: [plan.fields[0]?.output] })).toBe(true);
    expect(takes({ ...request, fields: ['/everything'] })).toBe(false);
  });

  it.each(all)('says by its derived schema what the gateway checks answers with: $id', ({ plan }) => {
    const { $schema: _, title: __, ...schema } = derivedSchema(plan);
    expect(schema).toEqual(plan.derivedSchema);
    expect(documentOf(plan).components.schemas['Data']).toEqual(JSON.parse(JSON.stringify(derivedSchema(plan))));
  });
});
