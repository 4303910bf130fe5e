import { Problem } from '../domain/problem.ts';
import { HEADERS } from '../http/headers.ts';

const WHOLE = /^[1-9]\d{0,8}$/;

/**
 * How long an exchange may take, in milliseconds: as long as the gateway gives, or less if the caller says so.
 * @throws Problem `request.malformed` for what is no whole number of milliseconds
 */
export function timeLimit(values: readonly string[], mostMs: number): number {
  const [value, ...others] = values;
  if (value === undefined) return mostMs;
  if (others.length > 0 || !WHOLE.test(value))
    throw new Problem('request.malformed', { errors: [{ pointer: '', rule: HEADERS.requestTimeout.name }] });
  return Math.min(mostMs, Number(value));
}
