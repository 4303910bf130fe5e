import { REQUEST_SCHEMA } from '../domain/exchange-request.ts';
import { isJsonArray, isJsonObject, type JsonObject, type JsonSchema } from '../domain/json.ts';
import type { Plan } from '../domain/plan.ts';
import { withoutAnnotations } from '../schema/profile.ts';
import { DOCUMENT, PROBLEM_SCHEMA, REQUEST_HEADERS, responses, SEALED, SECURITY_SCHEMES } from './common.ts';

/** OpenAPI 3.1 of what one grant's consumer can ask and gets: nothing of the contract beyond it is in there. */
export function grantOpenApi(plan: Plan): object {
  const { grant, contract, purpose } = plan;
  return {
    info: {
      title: `${contract.title.en} ${contract.title.zh}: ${purpose.name.en} ${purpose.name.zh}`,
      version: contract.version,
      description: `Grant 授权 ${grant.id}, in force from ${grant.validFrom} until ${grant.validUntil}. Plan ${plan.hash}.`,
    },
    ...DOCUMENT,
    paths: { [`/exchange/${contract.id.replaceAll('.', '/')}`]: { post: operation(plan) } },
    components: {
      securitySchemes: SECURITY_SCHEMES,
      schemas: {
        ExchangeRequest: requestSchema(plan),
        Answer: answerSchema(plan),
        Data: derivedSchema(plan),
        Problem: PROBLEM_SCHEMA,
      },
    },
  };
}

/** The derived schema of a grant as a document: what `data` of its answers is, unless `fields` narrowed it. */
export function derivedSchema({ derivedSchema: schema, grant }: Plan): JsonObject {
  return { $schema: 'https://json-schema.org/draft/2020-12/schema', title: grant.id, ...schema };
}

function operation({ grant, purpose }: Plan): object {
  return {
    operationId: grant.id,
    summary: `${purpose.name.en} ${purpose.name.zh}`,
    description: `Systems: ${grant.consumer.systems.join(', ')}.`,
    parameters: REQUEST_HEADERS,
    requestBody: {
      required: true,
      content: { 'application/json': { schema: { $ref: '#/components/schemas/ExchangeRequest' } } },
    },
    // JSON Schema's own words for a text that holds something else (content vocabulary).
    responses: responses({
      ...SEALED,
      contentMediaType: 'application/json',
      contentSchema: { $ref: '#/components/schemas/Answer' },
    }),
  };
}

function requestSchema({ purpose, fields, grant, contract }: Plan): object {
  return {
    ...REQUEST_SCHEMA,
    properties: {
      ...REQUEST_SCHEMA.properties,
      purpose: { const: purpose.id },
      query: querySchema(contract.query, grant.parameters),
      fields: {
        ...REQUEST_SCHEMA.properties.fields,
        items: { enum: [...new Set(fields.map(({ output }) => output))] },
      },
    },
  };
}

/** The parameters that are granted: that there are others is not for the consumer to learn. */
function querySchema(query: JsonSchema, granted: readonly string[]): JsonSchema {
  const { properties, required, ...rest } = withoutAnnotations(query);
  const allowed = isJsonObject(properties)
    ? Object.fromEntries(Object.entries(properties).filter(([name]) => granted.includes(name)))
    : {};
  return { ...rest, properties: allowed, ...(isJsonArray(required) ? { required } : {}) };
}

/** What opening the sealed answer gives: the claims of the gateway, around the data. */
function answerSchema({ contract, purpose, hash }: Plan): object {
  const text = { type: 'string' } as const;
  const properties = {
    iss: { ...text, description: 'The gateway.' },
    aud: { ...text, description: 'The calling system.' },
    iat: { type: 'integer', description: 'Seconds since the Unix epoch.' },
    jti: { ...text, format: 'uuid', description: 'The exchange 交换.' },
    request: { ...text, format: 'uuid', description: 'The Request-Id that it answers.' },
    purpose: { const: purpose.id },
    contract: { const: contract.id },
    contractVersion: { const: contract.version },
    plan: { const: hash },
    data: {
      anyOf: [{ $ref: '#/components/schemas/Data' }, { type: 'null' }],
      description: 'null if there is no record; less than Data if fields narrowed the request.',
    },
    salt: { ...text, description: 'Opens the commitments of the ledger entry.' },
  };
  return { type: 'object', properties, required: Object.keys(properties) };
}
