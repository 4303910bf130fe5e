import { readFileSync } from 'node:fs';
import type { Fault } from '../domain/fault.ts';
import type { JsonValue } from '../domain/json.ts';
import { parseStrictJson, StrictJsonError } from '../domain/strict-json.ts';
import type { FileCheck } from './checker.ts';

/** A file of the given form, or what is wrong with it; `file` is how the faults name it. */
export function readJsonFile<T>(
  path: string,
  file: string,
  check: FileCheck<T>,
): { readonly content?: T; readonly faults: readonly Fault[] } {
  const read = readStrictly(path, file);
  if ('fault' in read) return { faults: [read.fault] };
  if (check.is(read.value)) return { content: read.value, faults: [] };
  const faults = check.faults(read.value).map(({ pointer, message }) => ({
    file,
    pointer,
    message,
    remedy: 'Correct it; with "$schema" set, an editor shows what is allowed here.',
  }));
  return { faults };
}

function readStrictly(path: string, file: string): { readonly value: JsonValue } | { readonly fault: Fault } {
  try {
    return { value: parseStrictJson(readFileSync(path)) };
  } catch (error) {
    const message =
      error instanceof StrictJsonError ? `the file is refused as JSON (${error.fault})` : 'the file cannot be read';
    return {
      fault: { file, pointer: '', message, remedy: 'Make it a readable file of plain JSON in UTF-8, each key once.' },
    };
  }
}
