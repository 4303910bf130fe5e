import type { Contract, Field, QueryParameter } from '../domain/contract.ts';
import type { Fault } from '../domain/fault.ts';
import { isJsonArray, isJsonObject, type JsonObject, type JsonSchema } from '../domain/json.ts';
import { canonicalHash } from '../keys/canonical-hash.ts';
import { compileCheck } from '../schema/checker.ts';
import { typesOf } from '../schema/profile.ts';
import { resolveProfile } from '../schema/resolve-profile.ts';
import { isSemanticTypeId } from '../semantic/semantic-types.ts';
import { highest, isClassification } from './annotations.ts';
import type { ContractFile } from './contract-file.ts';
import { fieldsOf } from './fields.ts';

export interface ContractSource {
  readonly contractFile: string;
  readonly schemaFile: string;
  readonly contract: ContractFile;
  readonly schema: JsonObject;
}

/** A contract made of its two files, or everything that is wrong with them. */
export function compileContract(source: ContractSource): {
  readonly contract?: Contract;
  readonly faults: readonly Fault[];
} {
  const { contractFile, schemaFile, contract } = source;
  const record = resolveProfile(schemaFile, source.schema);
  const query = resolveProfile(contractFile, contract.query);
  const fields = fieldsOf(record.schema);
  const parameters = parametersOf(query.schema);
  const queryFaults = query.faults.map((fault) => ({ ...fault, pointer: `/query${fault.pointer}` }));
  const faults = [
    ...record.faults,
    ...queryFaults,
    ...fieldFaults(schemaFile, record.schema, fields),
    ...parameterFaults(source, { query: query.schema, parameters, fields }),
  ];
  if (faults.length > 0) return { faults };
  const [department = ''] = contract.id.split('.');
  return {
    faults,
    contract: {
      id: contract.id,
      version: contract.version,
      title: contract.title,
      department,
      source: contract.source,
      classification: highest(fields.map(({ schema }) => schema['x-classification']).filter(isClassification)),
      parameters,
      fields,
      schema: record.schema,
      hash: canonicalHash({ ...contract, query: query.schema, record: record.schema }),
      checkQuery: compileCheck(query.schema),
      checkRecord: compileCheck(record.schema),
    },
  };
}

function parametersOf(query: JsonSchema): readonly QueryParameter[] {
  const properties = isJsonObject(query['properties']) ? query['properties'] : {};
  return Object.entries(properties).flatMap(([name, property]): QueryParameter[] => {
    if (!isJsonObject(property)) return [];
    const { 'x-filter': filter, 'x-match': match } = property;
    const known = { name, required: isJsonArray(query['required']) && query['required'].includes(name) };
    if (typeof filter === 'string' && match === undefined) return [{ ...known, use: 'filter', field: filter }];
    return typeof match === 'string' && filter === undefined ? [{ ...known, use: 'match', field: match }] : [];
  });
}

function fieldFaults(file: string, schema: JsonSchema, fields: readonly Field[]): readonly Fault[] {
  if (!typesOf(schema).includes('object')) {
    return [
      {
        file,
        pointer: '',
        message: 'a record must be an object',
        remedy: 'Describe one record as an object; a source says with 204 that it has none.',
      },
    ];
  }
  return fields.flatMap(({ path, schema: field }): Fault[] => {
    const at = { file, pointer: schemaPointer(path) };
    const { 'x-classification': classification, 'x-semantic': semantic } = field;
    const remedy = 'Grade the field by GB/T 43697: important, or general-1 to general-4.';
    if (!isClassification(classification)) return [{ ...at, message: 'the field has no x-classification', remedy }];
    if (classification === 'core')
      return [
        {
          ...at,
          message: 'core data 核心数据 is not shared through this gateway',
          remedy: 'Take the field out of the contract.',
        },
      ];
    if (semantic !== undefined && !isSemanticTypeId(semantic))
      return [
        { ...at, message: 'the semantic type is unknown', remedy: 'Use one that docs/contracts.md lists, or none.' },
      ];
    return [];
  });
}

/** Where the schema says what stands at the path. */
function schemaPointer(path: string): string {
  return path.replaceAll(/\/([^/]+)/g, (_, name) => (name === '*' ? '/items' : `/properties/${String(name)}`));
}

interface Query {
  readonly query: JsonSchema;
  readonly parameters: readonly QueryParameter[];
  readonly fields: readonly Field[];
}

function parameterFaults(
  { contractFile: file }: ContractSource,
  { query, parameters, fields }: Query,
): readonly Fault[] {
  const names = isJsonObject(query['properties']) ? Object.keys(query['properties']) : [];
  const unused = names.filter((name) => !parameters.some((parameter) => parameter.name === name));
  const known = new Set(fields.map(({ path }) => path));
  const astray = parameters.filter(({ field }) => !known.has(field));
  const faults = [
    ...unused.map((name) => ({
      at: name,
      message: 'the parameter has no use',
      remedy: 'Give it either x-filter or x-match.',
    })),
    ...astray.map(({ name }) => ({
      at: name,
      message: 'the parameter is about no field of the record',
      remedy: 'Point at a field that stands in no array.',
    })),
  ].map(({ at, message, remedy }) => ({ file, pointer: `/query/properties/${at}`, message, remedy }));
  // Without a filter a source would have to answer everything it has.
  if (parameters.some(({ use, required }) => use === 'filter' && required)) return faults;
  return [
    ...faults,
    {
      file,
      pointer: '/query',
      message: 'the query can be made without a filter',
      remedy: 'Add a parameter with x-filter and require it.',
    },
  ];
}
