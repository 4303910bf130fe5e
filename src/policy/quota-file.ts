import { type Static, Type } from '@sinclair/typebox';

const closed = { additionalProperties: false };
const $schema = Type.Optional(Type.String());
const whole = (minimum: number, maximum: number, description: string) =>
  Type.Integer({ minimum, maximum, description });

const QuotaSchema = Type.Object(
  {
    callsPerSecond: whole(1, 100_000, 'In the long run, of all systems of the grant together.'),
    burst: whole(1, 1_000_000, 'How many at once, after a pause.'),
    callsPerDay: whole(1, 1_000_000_000, 'Of the calendar day; a call counts as soon as it is allowed.'),
    recordsPerDay: whole(1, 1_000_000_000, 'Answers with a record in them.'),
    bytesPerDay: whole(1, 1_000_000_000_000, 'Of what is released, as JSON, before it is sealed.'),
  },
  { ...closed, description: '配额: what may be had by the grant.' },
);

const ProbingSchema = Type.Object(
  {
    questions: whole(1, 1000, 'Different questions about one subject: another value to compare, or another grant.'),
    windowSeconds: whole(60, 604_800, 'For how long a question counts.'),
  },
  { ...closed, description: '探测限制: a yes or no that can be asked for without limit tells everything.' },
);

const EnumerationSchema = Type.Object(
  {
    subjectsPerHour: whole(1, 10_000, 'About how many different ones a system is expected to ask about.'),
    timesExpected: whole(1, 4, 'How many times that are an alarm.'),
    neighboursPerHour: whole(2, 10_000, 'How many of them close to one another are, if they are at least half of all.'),
    absentPerHour: whole(2, 1_000_000, 'How many answers without a record are, if they are that percentage of all.'),
    absentPercent: whole(1, 100, 'Of all answers to the system under the contract.'),
    onAlarm: Type.Union([Type.Literal('report'), Type.Literal('freeze')], {
      description: 'An alarm is counted, logged and entered in the ledger; `freeze` freezes the system besides.',
    }),
  },
  { ...closed, description: '枚举检测: what looks like going through a register.' },
);

/** What of it a grant may say otherwise. */
export const GrantedLimitsFile = {
  quota: Type.Optional(Type.Partial(QuotaSchema, closed)),
  probing: Type.Optional(Type.Partial(ProbingSchema, closed)),
  enumeration: Type.Optional(Type.Partial(EnumerationSchema, closed)),
};

/** `policies/quotas.json` 配额 */
export const QuotasFile = Type.Object(
  {
    $schema,
    timeZone: Type.Literal('Asia/Shanghai', { description: 'Whose calendar days are counted by.' }),
    default: Type.Object(
      { quota: QuotaSchema, probing: ProbingSchema, enumeration: EnumerationSchema },
      { ...closed, description: 'What holds where a grant says nothing else: none is without a limit.' },
    ),
  },
  { ...closed, title: 'Shuqiao quotas 配额' },
);
export type QuotasFile = Static<typeof QuotasFile>;
