import { join } from 'node:path';
import type { JsonObject, JsonSchema, JsonValue } from '../../../src/domain/json.ts';
import { scratchFolder } from '../../support/scratch-folder.ts';

const text = (description: string, more: JsonObject = {}): JsonSchema => ({
  type: 'string',
  maxLength: 20,
  description,
  'x-classification': 'general-2',
  ...more,
});

const QUERY: JsonObject = {
  type: 'object',
  properties: {
    number: { type: 'string', maxLength: 20, 'x-filter': '/number' },
    holder: { type: 'string', maxLength: 20, 'x-match': '/holder/name' },
  },
  required: ['number'],
  additionalProperties: false,
};

const RECORD: JsonObject = {
  type: 'object',
  properties: {
    number: text('许可证编号'),
    status: text('状态', { enum: ['valid', 'expired'] }),
    holder: {
      type: 'object',
      properties: {
        name: text('持有人', { 'x-semantic': 'cn.name', 'x-subject': 'holder' }),
        since: text('持有日期', { format: 'date' }),
      },
      required: ['name'],
      additionalProperties: false,
    },
  },
  required: ['number', 'status', 'holder'],
  additionalProperties: false,
};

export interface VersionParts {
  readonly contract?: JsonObject;
  readonly query?: JsonObject;
  readonly record?: JsonObject;
}

const CONTRACT: JsonObject = {
  id: 'transport.permit.v1',
  version: '1.2.3',
  title: { en: 'Permit', zh: '许可证' },
  source: { id: 'transport.permits', path: '/permits/find' },
};

/** Where the example of such a version is. */
export const EXAMPLE = 'examples/valid/one.json';

/** The files of a version of a made-up contract of permits. */
export function versionFiles(parts: VersionParts = {}): Readonly<Record<string, string>> {
  const { contract = {}, query = QUERY, record = RECORD } = parts;
  return {
    'contract.json': JSON.stringify({ ...CONTRACT, ...contract, query }),
    'schema.json': JSON.stringify(record),
    [EXAMPLE]: JSON.stringify({ number: 'P1', status: 'valid', holder: { name: '张三' } }),
  };
}

/** A folder for this one test with that version in it; the name of the folder says nothing. */
export function versionFolder(parts: VersionParts = {}): string {
  return scratchFolder(versionFiles(parts));
}

/** As `contracts/` is laid out, with this one contract in it, and more files beside its own. */
export function contractsFolder(parts: VersionParts = {}, more: Readonly<Record<string, string>> = {}): string {
  const files = Object.entries({ ...versionFiles(parts), ...more });
  return scratchFolder(
    Object.fromEntries(files.map(([name, content]) => [join('transport/permit/v1', name), content])),
  );
}

/** The record or query with what the path of property names leads to set to something else; undefined takes it away. */
export function withProperty(
  path: string,
  value: JsonValue | undefined,
  { schema = RECORD }: { readonly schema?: JsonObject } = {},
): JsonObject {
  const [name = '', ...rest] = path.split('.');
  const properties = schema['properties'] as Readonly<Record<string, JsonObject>>;
  const { [name]: present, ...others } = properties;
  const next = rest.length === 0 ? value : withProperty(rest.join('.'), value, { schema: present ?? {} });
  return { ...schema, properties: next === undefined ? others : { ...properties, [name]: next } };
}

/** As `withProperty`, of the query. */
export function withParameter(path: string, value: JsonValue | undefined): JsonObject {
  return withProperty(path, value, { schema: QUERY });
}
