import { isJsonArray, isJsonObject, type JsonValue } from './json.ts';

/** The only type of `authorization_details` (RFC 9396) there is. */
export const DATA_SHARING = 'data_sharing';

/** One need that an access token is narrowed to: a contract, for a purpose. */
export interface DataSharing {
  readonly contract: string;
  readonly purpose: string;
}

const MEMBERS = new Set(['type', 'contract', 'purpose']);

// More needs than this are no narrowing, and every one of them travels in a header.
const MAX_NEEDS = 16;

/** One element of `authorization_details`; undefined if its type or any member of it is not known here (RFC 9396 §5). */
export function dataSharingOf(detail: JsonValue): DataSharing | undefined {
  if (!isJsonObject(detail) || detail['type'] !== DATA_SHARING) return undefined;
  if (!Object.keys(detail).every((name) => MEMBERS.has(name))) return undefined;
  const { contract, purpose } = detail;
  return typeof contract === 'string' && typeof purpose === 'string' ? { contract, purpose } : undefined;
}

/** The whole of `authorization_details`; undefined if any part of it is not understood: half of it would be too wide. */
export function needsOf(details: JsonValue): readonly DataSharing[] | undefined {
  if (!isJsonArray(details) || details.length === 0 || details.length > MAX_NEEDS) return undefined;
  const needs = details.flatMap((detail) => dataSharingOf(detail) ?? []);
  return needs.length === details.length ? needs : undefined;
}
