import type { Contract } from '../domain/contract.ts';
import { REQUEST_SCHEMA } from '../domain/exchange-request.ts';
import { DOCUMENT, PROBLEM_SCHEMA, REQUEST_HEADERS, responses, SEALED, SECURITY_SCHEMES } from './common.ts';

/** OpenAPI 3.1 of the exchange listener: one operation a contract. What a consumer gets of it is its grant's to say. */
export function exchangeOpenApi(contracts: readonly Contract[]): object {
  return {
    info: {
      title: 'Shuqiao exchange 数据交换',
      version: '1',
      description:
        'Every answer is sealed to the calling system: a JWS of the gateway, nested in a JWE to the system’s key.',
    },
    ...DOCUMENT,
    paths: Object.fromEntries(
      contracts.map((contract) => [`/exchange/${contract.id.replaceAll('.', '/')}`, { post: operation(contract) }]),
    ),
    components: {
      securitySchemes: SECURITY_SCHEMES,
      schemas: { ExchangeRequest: REQUEST_SCHEMA, Problem: PROBLEM_SCHEMA },
    },
  };
}

function operation({ id, title, parameters }: Contract): object {
  return {
    operationId: id,
    summary: `${title.en} ${title.zh}`,
    description: `Query parameters: ${parameters.map(({ name, use, required }) => `${name} (${use}${required ? ', required' : ''})`).join(', ')}.`,
    parameters: REQUEST_HEADERS,
    requestBody: {
      required: true,
      content: { 'application/json': { schema: { $ref: '#/components/schemas/ExchangeRequest' } } },
    },
    responses: responses(SEALED),
  };
}
