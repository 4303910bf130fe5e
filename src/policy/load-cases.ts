import { existsSync, readdirSync, realpathSync } from 'node:fs';
import { dirname, join, resolve, sep } from 'node:path';
import { Type } from '@sinclair/typebox';
import type { Fault } from '../domain/fault.ts';
import type { JsonObject } from '../domain/json.ts';
import { PROBLEMS, type ProblemCode } from '../domain/problems.ts';
import { fileCheck } from '../schema/checker.ts';
import { readJsonFile } from '../schema/read-json-file.ts';
import { CaseFile, type CaseText, type Expectation } from './case-file.ts';

/** What the source does when it is asked. */
export type CaseSource = { readonly record: JsonObject | null } | { readonly failure: ProblemCode };

/** One call of a gateway whose clock stands still. */
export interface CaseCall {
  readonly nowMs: number;
  readonly system: string;
  readonly contract: string;
  readonly purpose: string;
  readonly query: JsonObject;
  readonly fields?: readonly string[];
  readonly source: CaseSource;
}

export interface PolicyCase {
  readonly file: string;
  readonly id: string;
  readonly title: string;
  readonly call: CaseCall;
  readonly expect: Expectation;
}

interface Loaded {
  readonly cases: readonly PolicyCase[];
  readonly faults: readonly Fault[];
}

const checkFile = fileCheck(CaseFile);
const checkRecord = fileCheck(Type.Unsafe<JsonObject>({ type: 'object' }));

/**
 * The cases of a folder, from all its files.
 * @param recordRoots the folders that a `recordFile` may lie below
 */
export function loadCases(folder: string, recordRoots: readonly string[]): Loaded {
  const names = existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith('.json')) : [];
  if (names.length === 0) {
    const remedy = 'Add <name>.json, or name the folder that has them.';
    return { cases: [], faults: [{ file: folder, pointer: '', message: 'there are no cases', remedy }] };
  }
  const roots = recordRoots.flatMap((root) => realPath(root) ?? []);
  const loaded = names.sort().map((name) => loadFile(join(folder, name), roots));
  const cases = loaded.flatMap(({ cases }) => cases);
  return { cases, faults: [...loaded.flatMap(({ faults }) => faults), ...repeated(cases)] };
}

function loadFile(file: string, roots: readonly string[]): Loaded {
  const { content, faults } = readJsonFile(file, file, checkFile);
  if (content === undefined) return { cases: [], faults };
  const read = content.cases.map((text, index) => readCase(text, { file, pointer: `/cases/${index}`, roots }));
  return { cases: read.flatMap(({ cases }) => cases), faults: read.flatMap(({ faults }) => faults) };
}

interface Place {
  readonly file: string;
  readonly pointer: string;
  readonly roots: readonly string[];
}

function readCase(text: CaseText, place: Place): Loaded {
  const { id, title, now, system, contract, purpose, query, fields, expect } = text;
  const { file } = place;
  const { source, faults: sourceFaults } = sourceOf(text, place);
  const faults = [...sourceFaults, ...formFaults(text, place)];
  if (source === undefined || faults.length > 0) return { cases: [], faults };
  const nowMs = Date.parse(now);
  const call = { nowMs, system, contract, purpose, query, source, ...(fields === undefined ? {} : { fields }) };
  return { cases: [{ file, id, title, call, expect }], faults };
}

/** What a schema could only say in a way that nobody understands who gets it wrong. */
function formFaults({ now, expect: { decision, code, answer } }: CaseText, { file, pointer }: Place): readonly Fault[] {
  const faults: Fault[] = [];
  const add = (at: string, message: string, remedy: string): unknown =>
    faults.push({ file, pointer: `${pointer}${at}`, message, remedy });
  // RFC 3339 has instants that Date cannot read.
  if (Number.isNaN(Date.parse(now))) add('/now', 'no clock shows this', 'Use an instant without a leap second.');
  if (decision === 'released' && code !== undefined)
    add('/expect/code', 'what is released has no code', 'Take it out.');
  if (decision !== 'released' && answer !== undefined)
    add('/expect/answer', `what is ${decision} has no answer`, 'Take it out.');
  if (decision !== 'released' && (code === undefined || PROBLEMS[code].outcome !== decision))
    add('/expect/code', `it names no problem that is ${decision}`, 'Name the problem: see docs/problems.md.');
  return faults;
}

interface Sourced {
  readonly source?: CaseSource;
  readonly faults: readonly Fault[];
}

function sourceOf({ record, recordFile, source }: CaseText, place: Place): Sourced {
  const { file, pointer } = place;
  if ([record, recordFile, source].filter((one) => one !== undefined).length > 1) {
    const remedy = 'Keep one of record, recordFile and source.';
    return { faults: [{ file, pointer, message: 'the source does two things at once', remedy }] };
  }
  if (record !== undefined) return { source: { record }, faults: [] };
  if (recordFile !== undefined) return recordOf(recordFile, place);
  // As in a gateway that has no such source.
  return { source: { failure: source ?? 'source.unavailable' }, faults: [] };
}

function recordOf(recordFile: string, { file, pointer, roots }: Place): Sourced {
  const path = realPath(resolve(dirname(file), recordFile));
  // By its real path: a link could lead to what is not made up.
  if (path === undefined || !roots.some((root) => path.startsWith(`${root}${sep}`))) {
    const message = 'the file is not there, or not below the contracts or the policies';
    const remedy = 'Name a file relative to this one.';
    return { faults: [{ file, pointer: `${pointer}/recordFile`, message, remedy }] };
  }
  const { content, faults } = readJsonFile(path, path, checkRecord);
  return content === undefined ? { faults } : { source: { record: content }, faults };
}

function realPath(path: string): string | undefined {
  return existsSync(path) ? realpathSync(path) : undefined;
}

function repeated(cases: readonly PolicyCase[]): readonly Fault[] {
  const first = new Map<string, string>();
  return cases.flatMap(({ id, file }) => {
    const other = first.get(id);
    first.set(id, other ?? file);
    if (other === undefined) return [];
    return [{ file, pointer: '', message: `the id ${id} stands in ${other} already`, remedy: 'Give each its own id.' }];
  });
}
