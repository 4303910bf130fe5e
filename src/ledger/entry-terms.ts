import { ENTRY_VERSION } from '../domain/ledger-entry.ts';

export const text = { type: 'string' } as const;
export const uuid = { type: 'string', pattern: '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' } as const;
export const time = { type: 'string', pattern: '^\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}:\\d{2}\\.\\d{3}Z$' } as const;
export const hex = { type: 'string', pattern: '^[0-9a-f]{64}$' } as const;
export const digest = { type: 'string', pattern: '^[A-Za-z0-9_-]{43}$' } as const;
export const count = { type: 'integer', minimum: 0 } as const;
export const kid = { type: 'string', pattern: '^[A-Za-z0-9_-]{1,64}$' } as const;
export const id = { type: 'string', pattern: '^[a-z0-9]+([.-][a-z0-9]+)*$' } as const;
export const described = <T extends object>(schema: T, description: string): T => ({ ...schema, description });
export const closed = (properties: Readonly<Record<string, object>>, required: readonly string[]): object => ({
  type: 'object',
  properties,
  required,
  additionalProperties: false,
});

export const keyed = (what: string): object => described(digest, `HMAC-SHA-256 of ${what}, under \`digestedWith\`.`);
export const digestedWith = described(
  kid,
  'The key of the gateway’s key ring that keyed digests of this entry are under.',
);
export const v = { const: ENTRY_VERSION, description: 'The version of this form.' };
