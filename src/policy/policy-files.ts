import { type Static, Type } from '@sinclair/typebox';
import { NamesSchema } from '../contract/contract-file.ts';

const ID = '^[a-z0-9]+(?:-[a-z0-9]+)*$';
const closed = { additionalProperties: false };
const $schema = Type.Optional(Type.String());

const LegalBasisSchema = Type.Object(
  { instrument: Type.String({ minLength: 1 }), article: Type.Optional(Type.String({ minLength: 1 })) },
  closed,
);

/** `policies/departments.json` 部门 */
export const DepartmentsFile = Type.Object(
  {
    $schema,
    departments: Type.Array(Type.Object({ id: Type.String({ pattern: ID }), name: NamesSchema }, closed), {
      minItems: 1,
    }),
  },
  { ...closed, title: 'Shuqiao departments 部门' },
);

/** `policies/systems.json` 应用系统 */
export const SystemsFile = Type.Object(
  {
    $schema,
    systems: Type.Array(
      Type.Object(
        {
          id: Type.String({
            pattern: '^[a-z0-9-]+\\.[a-z0-9-]+$',
            description: 'department.name; the CN of its certificate, whose O is the department.',
          }),
          department: Type.String({ pattern: ID }),
          name: NamesSchema,
        },
        closed,
      ),
    ),
  },
  { ...closed, title: 'Shuqiao systems 应用系统' },
);

/** `policies/purposes.json` 用途/事项 */
export const PurposesFile = Type.Object(
  {
    $schema,
    purposes: Type.Array(
      Type.Object(
        {
          id: Type.String({ pattern: ID }),
          name: NamesSchema,
          legalBasis: Type.Array(LegalBasisSchema, { minItems: 1 }),
        },
        closed,
      ),
      { minItems: 1 },
    ),
  },
  { ...closed, title: 'Shuqiao purposes 用途' },
);

const GrantedFieldSchema = Type.Object(
  {
    path: Type.String({
      pattern: '^(?:/(?:[A-Za-z][A-Za-z0-9]*|\\*))+$',
      description: 'A field of the record; * stands for every item of an array.',
    }),
    treatment: Type.String({ minLength: 1 }),
    parameters: Type.Optional(Type.Unsafe<Record<string, string | number | boolean>>({ type: 'object' })),
    as: Type.Optional(
      Type.String({
        pattern: '^(?!(?:constructor|prototype)$)[A-Za-z][A-Za-z0-9]{0,63}$',
        description: 'The key under which it leaves.',
      }),
    ),
    onMismatch: Type.Optional(Type.Union([Type.Literal('fail'), Type.Literal('drop'), Type.Literal('redact')])),
    justification: Type.String({ minLength: 1 }),
  },
  closed,
);

/** `policies/grants/<id>.json` 授权 */
export const GrantFile = Type.Object(
  {
    $schema,
    id: Type.String({ pattern: ID, description: 'Equal to the name of the file.' }),
    consumer: Type.Object(
      {
        department: Type.String({ pattern: ID }),
        systems: Type.Array(Type.String(), { minItems: 1, uniqueItems: true }),
      },
      closed,
    ),
    contract: Type.String(),
    purpose: Type.String(),
    parameters: Type.Array(Type.String(), {
      minItems: 1,
      uniqueItems: true,
      description: 'Query parameters that the consumer may use.',
    }),
    fields: Type.Array(GrantedFieldSchema, { minItems: 1 }),
    validFrom: Type.String({ format: 'date-time' }),
    validUntil: Type.String({ format: 'date-time' }),
  },
  { ...closed, title: 'Shuqiao grant 授权' },
);
export type GrantFile = Static<typeof GrantFile>;
