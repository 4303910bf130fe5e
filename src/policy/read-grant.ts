import type { Fault } from '../domain/fault.ts';
import type { Grant, Purpose } from '../domain/grant.ts';
import type { Department, System } from '../domain/party.ts';
import { parseStrictJson } from '../domain/strict-json.ts';
import { fileCheck } from '../schema/checker.ts';
import { readJsonFile } from '../schema/read-json-file.ts';
import { GrantFile } from './policy-files.ts';

/** A grant and the file that holds it, for faults found when it is compiled. */
export interface GrantSource {
  readonly file: string;
  readonly grant: Grant;
}

/** What a grant may name. */
export interface Registered {
  readonly departments: ReadonlyMap<string, Department>;
  readonly systems: ReadonlyMap<string, System>;
  readonly purposes: ReadonlyMap<string, Purpose>;
}

const checkFile = fileCheck(GrantFile);

export function readGrant(file: string): { readonly source?: GrantSource; readonly faults: readonly Fault[] } {
  const { content, faults } = readJsonFile(file, file, checkFile);
  return content === undefined ? { faults } : { source: { file, grant: grantOf(content) }, faults };
}

/** Undefined for what is no grant. */
export function grantFromText(text: string): Grant | undefined {
  const content = parseStrictJson(Buffer.from(text, 'utf8'));
  return checkFile.is(content) ? grantOf(content) : undefined;
}

function grantOf({ $schema: _, fields, ...grant }: GrantFile): Grant {
  return {
    ...grant,
    fields: fields.map(({ parameters = {}, onMismatch = 'fail', ...field }) => ({ ...field, parameters, onMismatch })),
  };
}

/** What is wrong with what a grant names; whether it fits its contract is the plan's to say. */
export function grantFaults(
  { file, grant }: GrantSource,
  { departments, systems, purposes }: Registered,
): readonly Fault[] {
  const faults: Fault[] = [];
  const add = (pointer: string, message: string, remedy: string): unknown =>
    faults.push({ file, pointer, message, remedy });
  if (!purposes.has(grant.purpose)) add('/purpose', 'the purpose is not registered', 'Register it in purposes.json.');
  // Not `>=`: RFC 3339 has instants that Date cannot read, and what is no number is not before anything.
  if (!(Date.parse(grant.validFrom) < Date.parse(grant.validUntil)))
    add('/validUntil', 'the grant ends before it begins', 'Set validUntil after validFrom.');
  for (const id of grant.consumer.systems) {
    if (systems.get(id)?.department !== grant.consumer.department)
      add(
        '/consumer',
        `${id} is no system of ${grant.consumer.department}`,
        'Register the system, or name its own department.',
      );
  }
  for (const { with: partner } of grant.linkage ?? []) {
    if (!departments.has(partner) || partner === grant.consumer.department)
      add('/linkage', `${partner} is no other department`, 'Name the department whose data may be joined with these.');
  }
  return faults;
}
