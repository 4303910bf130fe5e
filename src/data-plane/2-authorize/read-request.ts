import { REQUEST_SCHEMA } from '../../domain/exchange-request.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../../domain/json.ts';
import { knowing, Problem } from '../../domain/problem.ts';
import { parseStrictJson, StrictJsonError } from '../../domain/strict-json.ts';
import { compileCheck } from '../../schema/checker.ts';
import type { Identified } from '../states.ts';

const check = compileCheck(REQUEST_SCHEMA);

export interface ExchangeRequest {
  readonly body: Uint8Array;
  readonly purpose: string;
  readonly query: JsonObject;
  readonly fields: readonly string[] | undefined;
  readonly case: string | undefined;
  readonly officer: string | undefined;
}

/** @throws Problem `request.*`, or `signature.invalid` for another body than was signed */
export async function readRequest(inbound: Identified): Promise<ExchangeRequest> {
  if (inbound.accepts.length === 0) throw new Problem('request.not-acceptable');
  if (
    !/^application\/json\s*(?:;\s*charset=utf-8\s*)?$/i.test(inbound.contentType) ||
    inbound.contentEncoding !== undefined
  ) {
    throw new Problem('request.unsupported-media');
  }
  const body = await inbound.readCheckedBody();
  const unread = { body, bytes: body.length, case: undefined, officer: undefined, subjects: [] };
  const request = await knowing({ request: unread }, async () => checked(parse(body)));
  return {
    body,
    purpose: textOf(request['purpose']) ?? '',
    query: isJsonObject(request['query']) ? request['query'] : {},
    fields: Array.isArray(request['fields']) ? request['fields'].map(String) : undefined,
    case: textOf(request['case']),
    officer: textOf(request['officer']),
  };
}

function checked(request: JsonValue): JsonObject {
  const errors = check(request);
  if (errors.length > 0 || !isJsonObject(request)) throw new Problem('request.malformed', { errors });
  return request;
}

function parse(body: Uint8Array): JsonValue {
  try {
    return parseStrictJson(body);
  } catch (error) {
    if (error instanceof StrictJsonError)
      throw new Problem('request.malformed', { errors: [{ pointer: '', rule: error.fault }] });
    throw error;
  }
}

function textOf(value: JsonValue | undefined): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
