import { highest, isClassification } from '../domain/classification.ts';
import type { Contract, Field, QueryParameter } from '../domain/contract.ts';
import type { Fault } from '../domain/fault.ts';
import { isJsonArray, isJsonObject, type JsonObject, type JsonSchema } from '../domain/json.ts';
import { canonicalHash } from '../keys/canonical-hash.ts';
import { compileCheck } from '../schema/checker.ts';
import { isPlainPath } from '../schema/form.ts';
import { resolveProfile } from '../schema/resolve-profile.ts';
import { fieldFaults } from './check-fields.ts';
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
      ...(contract.population === undefined ? {} : { population: contract.population }),
      classification: highest(fields.map(({ schema }) => schema['x-classification']).filter(isClassification)),
      parameters,
      fields,
      query: query.schema,
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
  const known = new Set(fields.map(({ path }) => path).filter(isPlainPath));
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
      remedy: 'Point at a field that stands in no array, map or choice.',
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
