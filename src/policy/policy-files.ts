import { type Static, Type } from '@sinclair/typebox';
import { NamesSchema } from '../contract/contract-file.ts';
import { CLASSIFICATIONS, type Classification } from '../domain/classification.ts';
import { FIELD_PATH } from '../schema/form.ts';
import { ANY_PRECISIONS, UNTYPED_PRECISIONS } from '../semantic/precisions.ts';
import { meaningOf, SEMANTIC_TYPES } from '../semantic/semantic-types.ts';
import { GrantedLimitsFile } from './quota-file.ts';

export const ID = '^[a-z0-9]+(?:-[a-z0-9]+)*$';
const closed = { additionalProperties: false };
const $schema = Type.Optional(Type.String());

const oneOrMore = (names: readonly string[]): object => ({
  anyOf: [{ enum: names }, { type: 'array', items: { enum: names }, minItems: 1, uniqueItems: true }],
});

/** A ceiling as it is written: one name or several. */
export type CeilingFile = Record<string, string | readonly string[]>;
const CeilingSchema = Type.Unsafe<CeilingFile>({
  type: 'object',
  description:
    'The most that may be seen, by semantic type: the name of a precision, or several that join; untyped for fields without a semantic type, * for all types that are not named.',
  properties: {
    ...Object.fromEntries(
      Object.entries(SEMANTIC_TYPES)
        // A number that is another under another name has the other's ceiling; one of its own would be read by nobody.
        .filter(([id]) => meaningOf({ 'x-semantic': id }) === id)
        .map(([id, { precisions }]) => [id, oneOrMore([...ANY_PRECISIONS, ...Object.keys(precisions)])]),
    ),
    untyped: oneOrMore(UNTYPED_PRECISIONS),
    '*': oneOrMore(ANY_PRECISIONS),
  },
  additionalProperties: false,
});

/** `policies/legal-bases.json` 依据 */
export const LegalBasesFile = Type.Object(
  {
    $schema,
    legalBases: Type.Array(
      Type.Object(
        {
          id: Type.String({ pattern: ID }),
          instrument: Type.String({ minLength: 1 }),
          article: Type.Optional(Type.String({ minLength: 1 })),
          covers: Type.Array(Type.String({ pattern: ID }), {
            minItems: 1,
            uniqueItems: true,
            description: 'Ids of the purposes that the instrument covers.',
          }),
          validUntil: Type.Optional(
            Type.String({ format: 'date-time', description: 'Repealed or expired from here on.' }),
          ),
          ceiling: Type.Optional(CeilingSchema),
        },
        closed,
      ),
      { minItems: 1 },
    ),
  },
  { ...closed, title: 'Shuqiao legal bases 依据' },
);

/** `policies/departments.json` 部门 */
export const DepartmentsFile = Type.Object(
  {
    $schema,
    departments: Type.Array(
      Type.Object(
        {
          id: Type.String({ pattern: ID }),
          name: NamesSchema,
          clearance: Type.Unsafe<Classification>({
            enum: CLASSIFICATIONS.filter((classification) => classification !== 'core'),
            description: '可接触级别: of fields graded above it the department gets yes or no, and nothing finer.',
          }),
          ceiling: Type.Optional(CeilingSchema),
        },
        closed,
      ),
      { minItems: 1 },
    ),
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
          requestSignature: Type.Optional(
            Type.Literal('required', {
              description: 'Each request has to be signed with a registered key of the system: see docs/headers.md.',
            }),
          ),
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
          legalBasis: Type.Array(Type.String({ pattern: ID }), {
            minItems: 1,
            uniqueItems: true,
            description: 'Ids of legal bases.',
          }),
          ceiling: CeilingSchema,
          breakGlassHours: Type.Optional(
            Type.Integer({
              minimum: 1,
              maximum: 24,
              description:
                '应急: for how many hours at most a grant for it may be opened in an emergency; not at all without.',
            }),
          ),
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
      pattern: FIELD_PATH,
      description:
        'A field of the record; * stands for every item of an array or value of a map, {key} for its keys, =kind for the variant of that kind.',
    }),
    treatment: Type.Optional(Type.String({ minLength: 1, description: 'What is done to it: see docs/treatments.md.' })),
    precision: Type.Optional(
      Type.String({
        minLength: 1,
        description: 'Instead of a treatment: as much of this precision as floor and ceilings leave is given.',
      }),
    ),
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

const RowConditionSchema = Type.Object(
  {
    path: Type.String({
      pattern: '^(?:/[A-Za-z][A-Za-z0-9]*)+$',
      description: 'A field of the record that stands in no array.',
    }),
    equals: Type.Array(Type.Union([Type.String(), Type.Number(), Type.Boolean()]), { minItems: 1, uniqueItems: true }),
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
    rows: Type.Optional(
      Type.Array(RowConditionSchema, {
        minItems: 1,
        description: 'All must hold; a record outside them is answered as one that does not exist.',
      }),
    ),
    linkage: Type.Optional(
      Type.Array(
        Type.Object(
          {
            with: Type.String({
              pattern: ID,
              description: 'A department that holds something that these can be joined with.',
            }),
            approval: Type.String({ minLength: 1, description: 'The instrument by which that was allowed.' }),
          },
          closed,
        ),
        { minItems: 1, description: 'Joining that was approved; nothing is made joinable by it.' },
      ),
    ),
    answer: Type.Optional(
      Type.Literal('json', {
        description:
          'Answers also as plain JSON over TLS, signed, to a caller that sends Accept: application/json. Only where no granted field is above general-2.',
      }),
    ),
    ...GrantedLimitsFile,
    validFrom: Type.String({ format: 'date-time' }),
    validUntil: Type.String({ format: 'date-time' }),
  },
  { ...closed, title: 'Shuqiao grant 授权' },
);
export type GrantFile = Static<typeof GrantFile>;
