import { REQUEST_SCHEMA } from '../data-plane/2-authorize/read-request.ts';
import type { Contract } from '../domain/contract.ts';
import { PROBLEMS } from '../domain/problems.ts';
import { HEADERS } from '../http/headers.ts';

const ANSWER_HEADERS = ['requestId', 'exchangeId', 'contractVersion', 'receiptIndex', 'receiptLeaf'] as const;

/** OpenAPI 3.1 of the exchange listener: one operation a contract. What a consumer gets of it is its grant's to say. */
export function exchangeOpenApi(contracts: readonly Contract[]): object {
  return {
    openapi: '3.1.0',
    info: {
      title: 'Shuqiao exchange 数据交换',
      version: '1',
      description:
        'Every answer is sealed to the calling system: a JWS of the gateway, nested in a JWE to the system’s key.',
    },
    servers: [{ url: 'https://localhost:8443' }],
    security: [{ mutualTLS: [] }],
    paths: Object.fromEntries(
      contracts.map((contract) => [`/exchange/${contract.id.replaceAll('.', '/')}`, { post: operation(contract) }]),
    ),
    components: {
      securitySchemes: {
        mutualTLS: { type: 'mutualTLS', description: 'CN is the id of the system, O that of its department.' },
      },
      schemas: { ExchangeRequest: REQUEST_SCHEMA, Problem: PROBLEM_SCHEMA },
    },
  };
}

function operation({ id, title, parameters }: Contract): object {
  const statuses = [...new Set(Object.values(PROBLEMS).map(({ status }) => status))]
    .filter((status) => status !== 499)
    .sort((a, b) => a - b);
  return {
    operationId: id,
    summary: `${title.en} ${title.zh}`,
    description: `Query parameters: ${parameters.map(({ name, use, required }) => `${name} (${use}${required ? ', required' : ''})`).join(', ')}.`,
    parameters: [
      {
        name: HEADERS.requestId.name,
        in: 'header',
        description: HEADERS.requestId.meaning,
        schema: { type: 'string', format: 'uuid' },
      },
    ],
    requestBody: {
      required: true,
      content: { 'application/json': { schema: { $ref: '#/components/schemas/ExchangeRequest' } } },
    },
    responses: {
      200: {
        description: 'The sealed answer',
        headers: Object.fromEntries(
          ANSWER_HEADERS.map((key) => [
            HEADERS[key].name,
            { description: HEADERS[key].meaning, schema: { type: 'string' } },
          ]),
        ),
        content: { 'application/jose': { schema: { type: 'string', description: 'JWE compact serialization' } } },
      },
      ...Object.fromEntries(statuses.map((status) => [status, problemResponse(status)])),
    },
  };
}

function problemResponse(status: number): object {
  const codes = Object.entries(PROBLEMS).flatMap(([code, problem]) => (problem.status === status ? [code] : []));
  return {
    description: codes.join(', '),
    content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
  };
}

const text = { type: 'string' } as const;

const PROBLEM_SCHEMA = {
  type: 'object',
  properties: {
    type: text,
    title: text,
    titleZh: text,
    status: { type: 'integer' },
    code: { enum: Object.keys(PROBLEMS) },
    origin: { enum: ['gateway', 'provider', 'policy'] },
    retry: { enum: ['never', 'after-change', 'later'] },
    remedy: text,
    requestId: { type: 'string', format: 'uuid' },
    exchangeId: { type: 'string', format: 'uuid' },
    errors: {
      type: 'array',
      items: { type: 'object', properties: { pointer: text, rule: text }, required: ['pointer', 'rule'] },
    },
  },
  required: ['type', 'title', 'status', 'code', 'origin', 'retry', 'remedy', 'requestId'],
} as const;
