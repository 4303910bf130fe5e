import { isJsonObject, type JsonObject } from '../domain/json.ts';
import { parseStrictJson, StrictJsonError } from '../domain/strict-json.ts';

/** The object that a text is as strict JSON, or undefined if it is none. */
export function objectOf(text: string): JsonObject | undefined {
  try {
    const value = parseStrictJson(new TextEncoder().encode(text));
    return isJsonObject(value) ? value : undefined;
  } catch (error) {
    if (error instanceof StrictJsonError) return undefined;
    throw error;
  }
}
