import type { QuotaName, QuotaState } from '../domain/quotas.ts';
import { DRAFT_HEADERS } from './headers.ts';

// The draft's own units are calls (the default), bytes of content and concurrent calls; records are ours.
const UNITS: Readonly<Partial<Record<QuotaName, string>>> = { records: 'records', bytes: 'content-bytes' };

/** How the quotas of a grant stand, as draft-ietf-httpapi-ratelimit-headers-11 writes it; nothing where that is not known. */
export function limitHeaders(quotas: readonly QuotaState[]): Readonly<Record<string, string>> {
  if (quotas.length === 0) return {};
  const policies = quotas.map(({ name, most, windowSeconds }) => {
    const unit = UNITS[name];
    return `"${name}";q=${most}${unit === undefined ? '' : `;qu="${unit}"`};w=${windowSeconds}`;
  });
  const states = quotas.map(({ name, left, resetSeconds }) => `"${name}";r=${left};t=${resetSeconds}`);
  return {
    [DRAFT_HEADERS.rateLimitPolicy.name]: policies.join(', '),
    [DRAFT_HEADERS.rateLimit.name]: states.join(', '),
  };
}
