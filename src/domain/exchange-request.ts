/** The body of an exchange request (`POST /exchange/{department}/{resource}/v{major}`); also in docs/api. */
export const REQUEST_SCHEMA = {
  type: 'object',
  properties: {
    purpose: { type: 'string', minLength: 1, maxLength: 128, description: 'Id of a registered purpose 用途.' },
    query: { type: 'object', properties: {}, additionalProperties: true, description: 'Parameters of the contract.' },
    fields: {
      type: 'array',
      items: { type: 'string', maxLength: 512 },
      minItems: 1,
      maxItems: 256,
      description: 'Narrows the grant for this call: paths of the derived schema, * for every item of an array.',
    },
    case: {
      type: 'string',
      minLength: 1,
      maxLength: 128,
      description: 'The matter this is for; recorded as a keyed digest.',
    },
    officer: { type: 'string', minLength: 1, maxLength: 128, description: 'Who acts; recorded as a keyed digest.' },
  },
  required: ['purpose', 'query'],
  additionalProperties: false,
} as const;
