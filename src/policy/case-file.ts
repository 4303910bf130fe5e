import { type Static, Type } from '@sinclair/typebox';
import type { JsonObject } from '../domain/json.ts';
import { OUTCOMES, type Outcome } from '../domain/ledger-entry.ts';
import { PROBLEMS, type ProblemCode } from '../domain/problems.ts';
import { FIELD_PATH } from '../schema/form.ts';
import { ID } from './policy-files.ts';

const closed = { additionalProperties: false };

const codes = (isOne: (code: string) => boolean) =>
  Type.Unsafe<ProblemCode>({ enum: Object.keys(PROBLEMS).filter(isOne) });

/** That a contract is broken is not a source's to say: give the record that breaks it. */
const SourceFailureSchema = codes((code) => code.startsWith('source.') && code !== 'source.contract-broken');

const ExpectationSchema = Type.Object(
  {
    decision: Type.Unsafe<Outcome>({ enum: OUTCOMES }),
    code: Type.Optional(codes(() => true)),
    answer: Type.Optional(
      Type.Unsafe<JsonObject | null>({
        type: ['object', 'null'],
        description: 'All that the system opens, exactly; null where the source has no record.',
      }),
    ),
    hidden: Type.Optional(
      Type.Array(Type.String({ pattern: FIELD_PATH }), {
        minItems: 1,
        uniqueItems: true,
        description:
          'Paths of the record: no text or number there or below may turn up in the answer or in the entry. One of fewer than six ASCII characters is looked for in the answer alone, and as a word: sizes and times of an entry look like it by chance.',
      }),
    ),
    entry: Type.Optional(
      Type.Unsafe<JsonObject>({
        type: 'object',
        description: 'Members that the ledger entry must have; lists as a whole, objects as far as they are named.',
      }),
    ),
  },
  closed,
);

const CaseSchema = Type.Object(
  {
    id: Type.String({ pattern: ID, description: 'Its own among all cases of the folder.' }),
    title: Type.String({ minLength: 1, description: 'What is guaranteed, as a sentence.' }),
    now: Type.String({ format: 'date-time', description: 'What the clock of the gateway says.' }),
    system: Type.String({ pattern: '^[a-z0-9-]+\\.[a-z0-9-]+$', description: 'Who calls.' }),
    contract: Type.String({ pattern: '^[a-z0-9-]+\\.[a-z0-9-]+\\.v[1-9][0-9]{0,3}$' }),
    purpose: Type.String({ minLength: 1 }),
    query: Type.Unsafe<JsonObject>({ type: 'object' }),
    fields: Type.Optional(
      Type.Array(Type.String(), { minItems: 1, description: 'As in a request: narrows the grant.' }),
    ),
    record: Type.Optional(
      Type.Unsafe<JsonObject | null>({
        type: ['object', 'null'],
        description: 'What the source answers, made up; null: it has none. Without record and source nothing answers.',
      }),
    ),
    recordFile: Type.Optional(
      Type.String({
        minLength: 1,
        description: 'Instead: a file with the record, relative to this one and below the contracts or the policies.',
      }),
    ),
    source: Type.Optional(SourceFailureSchema),
    expect: ExpectationSchema,
  },
  closed,
);

/** `policies/cases/<name>.json` 用例: what the policies are expected to do, call by call. */
export const CaseFile = Type.Object(
  { $schema: Type.Optional(Type.String()), cases: Type.Array(CaseSchema, { minItems: 1 }) },
  {
    ...closed,
    title: 'Shuqiao policy cases 授权用例',
    description:
      'Everybody in a case is made up (county code 99 is assigned nowhere): `shuqiao policy test` shows values of cases that fail.',
  },
);
export type CaseFile = Static<typeof CaseFile>;

/** One of them as it is written. */
export type CaseText = CaseFile['cases'][number];
export type Expectation = CaseText['expect'];
