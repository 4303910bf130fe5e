import { PROBLEMS } from '../domain/problems.ts';
import { QUOTA_NAMES } from '../domain/quotas.ts';
import { DRAFT_HEADERS, HEADERS } from '../http/headers.ts';
import { ALWAYS_COVERED, COVERED_IF_SENT, REQUEST_TAG } from '../keys/verify-request.ts';

const ANSWER_HEADERS = ['requestId', 'exchangeId', 'contractVersion', 'receiptIndex', 'receiptLeaf'] as const;

/** What every document of the exchange listener begins with. */
export const DOCUMENT = {
  openapi: '3.1.0',
  servers: [{ url: 'https://localhost:8443' }],
  // Both, not either: the token is bound to the certificate.
  security: [{ mutualTLS: [], accessToken: [] }],
} as const;

export const SECURITY_SCHEMES = {
  mutualTLS: { type: 'mutualTLS', description: 'CN is the id of the system, O that of its department.' },
  accessToken: {
    type: 'oauth2',
    description:
      'RFC 6749 §4.4 by tls_client_auth (RFC 8705) or private_key_jwt (RFC 7523). `authorization_details` (RFC 9396) of type `data_sharing`, with `contract` and `purpose`, narrow a token to one need.',
    flows: { clientCredentials: { tokenUrl: 'https://localhost:8443/oauth/token', scopes: {} } },
  },
} as const;

const REQUEST_ID = {
  name: HEADERS.requestId.name,
  in: 'header',
  description: HEADERS.requestId.meaning,
  schema: { type: 'string', format: 'uuid' },
} as const;

/** RFC 9421 and RFC 9530: OpenAPI has no security scheme for them. */
const SIGNATURE_FIELDS = {
  'Content-Digest': 'Of a signed request: sha-256 of the body.',
  'Signature-Input': `Systems that have to sign each request: one signature, tag "${REQUEST_TAG}", over ${ALWAYS_COVERED.join(', ')}; ${COVERED_IF_SENT.join(' and ')} where they are sent.`,
  Signature: 'Under the same label, by a registered key of the system.',
} as const;

/** The headers of a request. */
export const REQUEST_HEADERS = [
  REQUEST_ID,
  ...Object.entries(SIGNATURE_FIELDS).map(([name, description]) => ({
    name,
    in: 'header',
    description,
    schema: { type: 'string' },
  })),
] as const;

/** What a sealed answer is to who cannot open it. */
export const SEALED = { type: 'string', description: 'JWE compact serialization' } as const;

/** The answers of an exchange: the sealed one, and every problem by its status. */
export function responses(sealed: object): object {
  // 499 is what the ledger calls a caller who left; nobody is there to get it.
  const statuses = [...new Set(Object.values(PROBLEMS).map(({ status }) => status))]
    .filter((status) => status !== 499)
    .sort((a, b) => a - b);
  return {
    200: {
      description: 'The sealed answer',
      headers: Object.fromEntries(
        [...ANSWER_HEADERS.map((key) => HEADERS[key]), ...Object.values(DRAFT_HEADERS)].map(({ name, meaning }) => [
          name,
          { description: meaning, schema: { type: 'string' } },
        ]),
      ),
      content: { 'application/jose': { schema: sealed } },
    },
    ...Object.fromEntries(statuses.map((status) => [status, problemResponse(status)])),
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

export const PROBLEM_SCHEMA = {
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
    violatedPolicies: { type: 'array', items: { enum: QUOTA_NAMES } },
  },
  required: ['type', 'title', 'status', 'code', 'origin', 'retry', 'remedy', 'requestId'],
} as const;
