import { existsSync, readdirSync } from 'node:fs';
import { join, relative } from 'node:path';
import type { Contract } from '../domain/contract.ts';
import type { Fault } from '../domain/fault.ts';
import { readJsonFile } from '../schema/read-json-file.ts';
import { compileContract } from './compile-contract.ts';
import { type ContractFile, checkContractFile } from './contract-file.ts';
import { checkSchemaFile } from './schema-file.ts';

/** Every `contracts/<department>/<resource>/vN`, compiled. Faults name files relative to `root`. */
export function loadContracts(
  root: string,
  compile: typeof compileContract = compileContract,
): {
  readonly contracts: readonly Contract[];
  readonly faults: readonly Fault[];
} {
  const folders = contractFolders(root);
  if (folders.length === 0) {
    return {
      contracts: [],
      faults: [
        {
          file: root,
          pointer: '',
          message: 'there are no contracts',
          remedy: 'Add <department>/<resource>/vN/contract.json and schema.json.',
        },
      ],
    };
  }
  const loaded = folders.map((folder) => loadContract(root, folder, compile));
  return {
    contracts: loaded.flatMap(({ contract }) => contract ?? []),
    faults: loaded.flatMap(({ faults }) => faults),
  };
}

function contractFolders(root: string): readonly string[] {
  if (!existsSync(root)) return [];
  return readdirSync(root, { recursive: true, withFileTypes: true })
    .filter((entry) => !entry.isDirectory() && (entry.name === 'contract.json' || entry.name === 'schema.json'))
    .map((entry) => relative(root, entry.parentPath))
    .filter((folder, index, all) => all.indexOf(folder) === index)
    .sort();
}

function loadContract(
  root: string,
  folder: string,
  compile: typeof compileContract,
): ReturnType<typeof compileContract> {
  const files = { contractFile: join(root, folder, 'contract.json'), schemaFile: join(root, folder, 'schema.json') };
  const contract = readJsonFile(files.contractFile, files.contractFile, checkContractFile);
  const schema = readJsonFile(files.schemaFile, files.schemaFile, checkSchemaFile);
  if (contract.content === undefined || schema.content === undefined)
    return { faults: [...contract.faults, ...schema.faults] };
  const misplaced = placeFaults(files.contractFile, folder, contract.content);
  if (misplaced.length > 0) return { faults: misplaced };
  return compile({ ...files, contract: contract.content, schema: schema.content });
}

function placeFaults(file: string, folder: string, { id, version }: ContractFile): readonly Fault[] {
  if (id !== folder.replaceAll('/', '.')) {
    return [
      {
        file,
        pointer: '/id',
        message: `the id is not that of its folder ${folder}`,
        remedy: 'Use department.resource.vN as in the path.',
      },
    ];
  }
  const major = id.slice(id.lastIndexOf('.v') + 2);
  if (version.split('.')[0] === major) return [];
  return [
    {
      file,
      pointer: '/version',
      message: `the major version is not ${major}`,
      remedy: 'A new major version is a new folder.',
    },
  ];
}
