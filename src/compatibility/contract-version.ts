import { join } from 'node:path';
import { type ContractFile, checkContractFile } from '../contract/contract-file.ts';
import { checkSchemaFile } from '../contract/schema-file.ts';
import type { Fault } from '../domain/fault.ts';
import type { JsonSchema } from '../domain/json.ts';
import { readJsonFile } from '../schema/read-json-file.ts';
import { resolveProfile } from '../schema/resolve-profile.ts';

/** One version of a contract as its folder has it, to be compared with others. */
export interface ContractVersion {
  readonly folder: string;
  readonly file: ContractFile;
  /** `department.resource`, the same for every version. */
  readonly resource: string;
  /** Of the query and of the record, references resolved. */
  readonly query: JsonSchema;
  readonly record: JsonSchema;
}

/**
 * Reads the folder of one version, wherever it is: old versions are kept in many places. That it can be compared is all
 * that is checked; whether it would load is for `contract lint`, and what an older gateway took need not load today.
 */
export function readContractVersion(folder: string): {
  readonly version?: ContractVersion;
  readonly faults: readonly Fault[];
} {
  const files = { contract: join(folder, 'contract.json'), schema: join(folder, 'schema.json') };
  const contract = readJsonFile(files.contract, files.contract, checkContractFile);
  const schema = readJsonFile(files.schema, files.schema, checkSchemaFile);
  if (contract.content === undefined || schema.content === undefined)
    return { faults: [...contract.faults, ...schema.faults] };
  const query = resolveProfile(files.contract, contract.content.query);
  const record = resolveProfile(files.schema, schema.content);
  const faults = [
    ...majorFaults(files.contract, contract.content),
    ...query.faults.map((fault) => ({ ...fault, pointer: `/query${fault.pointer}` })),
    ...record.faults,
  ];
  if (faults.length > 0) return { faults };
  const resource = contract.content.id.slice(0, contract.content.id.lastIndexOf('.v'));
  return { faults, version: { folder, file: contract.content, resource, query: query.schema, record: record.schema } };
}

/** Consumers call `/v1`: a version 2.0.0 under that id would break them, though its number says that it may. */
function majorFaults(file: string, { id, version }: ContractFile): readonly Fault[] {
  if (id.endsWith(`.v${majorOf(version)}`)) return [];
  return [
    {
      file,
      pointer: '/version',
      message: 'the major version is not that of the id',
      remedy: 'Let the version begin with the N of vN.',
    },
  ];
}

/** Major, minor and patch. */
export function numbersOf(version: string): readonly [number, number, number] {
  const [major = 0, minor = 0, patch = 0] = version.split('.').map(Number);
  return [major, minor, patch];
}

function majorOf(version: string): number {
  return numbersOf(version)[0];
}
