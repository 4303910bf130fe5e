import { type Static, Type } from '@sinclair/typebox';
import { ID } from './policy-files.ts';

const closed = { additionalProperties: false };

const PeriodSchema = Type.Object(
  {
    years: Type.Optional(Type.Integer({ minimum: 0, maximum: 100 })),
    months: Type.Optional(Type.Integer({ minimum: 0, maximum: 1200 })),
  },
  { ...closed, minProperties: 1, description: 'By the calendar, not by days.' },
);
export type Period = Static<typeof PeriodSchema>;

/** `policies/retention.json` 保存期限: how long entries of the ledger are kept. */
export const RetentionFile = Type.Object(
  {
    $schema: Type.Optional(Type.String()),
    id: Type.String({ pattern: ID, description: 'What the entry that records a pruning calls it.' }),
    keep: PeriodSchema,
    statutory: Type.Array(
      Type.Object(
        {
          instrument: Type.String({ minLength: 1 }),
          article: Type.String({ minLength: 1 }),
          duty: Type.String({ minLength: 1, description: 'In the words of the instrument, or nearly.' }),
          atLeast: PeriodSchema,
        },
        closed,
      ),
      { minItems: 1, description: 'Every duty to keep them. What is shorter than one of these is refused.' },
    ),
  },
  { ...closed, title: 'Shuqiao retention policy 保存期限' },
);
export type RetentionFile = Static<typeof RetentionFile>;
