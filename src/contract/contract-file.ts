import { type Static, Type } from '@sinclair/typebox';
import type { JsonObject } from '../domain/json.ts';
import { fileCheck } from '../schema/checker.ts';
import { SCHEMA_DEFINITIONS } from './schema-file.ts';

export const NamesSchema = Type.Object(
  { en: Type.String({ minLength: 1 }), zh: Type.String({ minLength: 1 }) },
  { additionalProperties: false, description: 'A name in English and in Chinese.' },
);

const ID_PART = '[a-z0-9]+(?:-[a-z0-9]+)*';

/** The meta-schema of `contract.json`; published as docs/schemas/contract.schema.json for editors. */
export const ContractFile = Type.Object(
  {
    $schema: Type.Optional(Type.String()),
    id: Type.String({
      pattern: `^${ID_PART}\\.${ID_PART}\\.v[1-9][0-9]*$`,
      description: 'department.resource.vN; equal to the folder contracts/department/resource/vN.',
    }),
    version: Type.String({
      pattern: '^[1-9][0-9]*\\.[0-9]+\\.[0-9]+$',
      description: 'Semantic version; its major is the N of the id.',
    }),
    title: NamesSchema,
    source: Type.Object(
      {
        id: Type.String({
          pattern: `^${ID_PART}\\.${ID_PART}$`,
          description: 'department.name of the backend; where it is, is configuration of the deployment.',
        }),
        path: Type.String({
          pattern: '^(?:/[a-z0-9-]+)+$',
          description: 'Where the source takes the query, as POST with a JSON body.',
        }),
        idempotent: Type.Optional(
          Type.Boolean({
            default: false,
            description:
              'Whether asking twice does what asking once does. Only then does the gateway ask again by itself; the source gets the same Exchange-Id each time.',
          }),
        ),
      },
      { additionalProperties: false },
    ),
    population: Type.Optional(
      Type.Integer({
        minimum: 1,
        description:
          'How many records the source has, about: the linter estimates with it how many share what is released.',
      }),
    ),
    query: Type.Unsafe<JsonObject>({
      $ref: '#/$defs/schema',
      description:
        'JSON Schema of the query. Every property says by x-filter or x-match which field of the record it is about.',
    }),
  },
  { additionalProperties: false, title: 'Shuqiao data contract 数据契约', $defs: SCHEMA_DEFINITIONS },
);
export type ContractFile = Static<typeof ContractFile>;

export const checkContractFile = fileCheck(ContractFile);
