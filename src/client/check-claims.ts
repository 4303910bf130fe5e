import { createHmac } from 'node:crypto';
import { canonicalJson } from '../domain/canonical-json.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../domain/json.ts';
import type { AnswerClaims } from '../domain/sealed-answer.ts';
import { type InvalidAnswer, ShuqiaoAnswerInvalid } from './shuqiao-answer-invalid.ts';

export interface Expected {
  readonly issuer: string;
  readonly audience: string;
  /** As the header Exchange-Id has it. */
  readonly exchange: string | undefined;
  readonly request: string;
  readonly contract: string;
  readonly purpose: string;
  /** Seconds since the Unix epoch between which it was issued, skew included. */
  readonly notBefore: number;
  readonly notAfter: number;
}

/**
 * Whether a signed answer is one to what was asked.
 * @throws ShuqiaoAnswerInvalid
 */
export function checkClaims(claims: JsonObject, expected: Expected): AnswerClaims {
  if (!areClaims(claims)) throw new ShuqiaoAnswerInvalid('unreadable');
  const { iss, aud, jti, request, contract, purpose, iat } = claims;
  const checks: readonly (readonly [InvalidAnswer, boolean])[] = [
    ['issuer', iss === expected.issuer],
    ['audience', aud === expected.audience],
    ['exchange', jti === expected.exchange],
    ['request', request === expected.request],
    ['contract', contract === expected.contract],
    ['purpose', purpose === expected.purpose],
    ['time', iat >= expected.notBefore && iat <= expected.notAfter],
    ['commitment', commitment(claims.salt, canonicalJson(claims.data)) === claims.digest],
  ];
  for (const [reason, holds] of checks) if (!holds) throw new ShuqiaoAnswerInvalid(reason);
  return claims;
}

/** HMAC-SHA-256 with the salt that came with the answer, base64url, as the ledger has it. */
export function commitment(salt: string, value: string): string {
  return createHmac('sha256', Buffer.from(salt, 'base64url')).update(value).digest('base64url');
}

const TEXTS = [
  'iss',
  'aud',
  'jti',
  'request',
  'purpose',
  'contract',
  'contractVersion',
  'plan',
  'salt',
  'digest',
] as const;

function areClaims(claims: JsonObject): claims is AnswerClaims {
  const { iat, data } = claims;
  const isRecord = (value: JsonValue | undefined): boolean => value === null || isJsonObject(value);
  return TEXTS.every((name) => typeof claims[name] === 'string') && typeof iat === 'number' && isRecord(data);
}
