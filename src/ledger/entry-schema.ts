import { ALARM_SIGNALS } from '../domain/alarm.ts';
import { REFUSALS_TO_OPEN } from '../domain/break-glass.ts';
import { BREAKER_ORDERS } from '../domain/breaker-order.ts';
import { CLASSIFICATIONS } from '../domain/classification.ts';
import { FREEZE_KINDS } from '../domain/freeze.ts';
import { ENTRY_VERSION, OUTCOMES } from '../domain/ledger-entry.ts';
import { BREAKER_STATES, STAGES } from '../domain/observer.ts';
import { QUOTA_NAMES } from '../domain/quotas.ts';

const text = { type: 'string' } as const;
const uuid = { type: 'string', pattern: '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' } as const;
const time = { type: 'string', pattern: '^\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}:\\d{2}\\.\\d{3}Z$' } as const;
const hex = { type: 'string', pattern: '^[0-9a-f]{64}$' } as const;
const digest = { type: 'string', pattern: '^[A-Za-z0-9_-]{43}$' } as const;
const count = { type: 'integer', minimum: 0 } as const;
const kid = { type: 'string', pattern: '^[A-Za-z0-9_-]{1,64}$' } as const;
const id = { type: 'string', pattern: '^[a-z0-9]+([.-][a-z0-9]+)*$' } as const;
const described = <T extends object>(schema: T, description: string): T => ({ ...schema, description });
const closed = (properties: Readonly<Record<string, object>>, required: readonly string[]): object => ({
  type: 'object',
  properties,
  required,
  additionalProperties: false,
});

const keyed = (what: string): object => described(digest, `HMAC-SHA-256 of ${what}, under \`digestedWith\`.`);
const digestedWith = described(kid, 'The key of the gateway’s key ring that keyed digests of this entry are under.');
const v = { const: ENTRY_VERSION, description: 'The version of this form.' };

const EXCHANGE = closed(
  {
    v,
    kind: { const: 'exchange' },
    exchange: described(uuid, 'The exchange 交换; the `jti` of the answer, and of what the source was told.'),
    request: described(uuid, 'The Request-Id of the caller.'),
    trace: { type: 'string', pattern: '^[0-9a-f]{32}$', description: 'The trace-id of W3C Trace Context.' },
    receivedAt: described(time, 'The head of the request was read.'),
    askedAt: described(time, 'The source was asked; absent if it was not.'),
    answeredAt: described(time, 'The source had answered; absent if it did not.'),
    decidedAt: described(time, 'It was decided what becomes of it; `recorded_at` of the row is the database’s own.'),
    outcome: { enum: OUTCOMES, description: 'The decision 决定.' },
    stages: { type: 'array', items: { enum: STAGES }, description: 'Those that it passed, in order.' },
    certificate: described(digest, 'SHA-256 of the client certificate.'),
    consumer: described(id, 'The calling system 应用系统, as soon as it is proven.'),
    consumerDepartment: described(id, 'The department 部门 of that system.'),
    token: described(text, 'The `jti` of the access token.'),
    signedBy: described(kid, 'The registered key that the request’s signature verified with.'),
    contract: described(id, 'The data contract 数据契约 that was asked for.'),
    contractVersion: described(
      { type: 'string', pattern: '^\\d+\\.\\d+\\.\\d+$' },
      'The version of it that was served.',
    ),
    classification: { enum: CLASSIFICATIONS, description: 'The grade 分级 of the contract.' },
    purpose: described(id, 'The purpose 用途 that the caller named.'),
    legalBasis: {
      type: 'array',
      items: closed({ instrument: text, article: text }, ['instrument']),
      description: 'The law 依据 that the purpose rests on.',
    },
    grant: described(id, 'The grant 授权 that it was decided by.'),
    breakGlass: described(uuid, 'The access in an emergency 应急 that it was under.'),
    plan: described(hex, 'Hash of the grant compiled against its contract.'),
    source: described(
      closed({ id, status: count, attempts: count }, ['id']),
      'Whom the gateway asked, the status of HTTP if it answered, and how often it was asked if more than once.',
    ),
    provider: described(text, 'The department that was asked; empty if it is none of ours.'),
    digests: described(
      closed({ request: digest, source: digest, released: digest, answer: digest }, []),
      'HMAC-SHA-256 under a random salt: of the body of the request and of what was released (canonical JSON), under the salt in the sealed answer; of the source’s answer, under one that nobody is given. `answer` is SHA-256 of what left.',
    ),
    sizes: described(
      closed({ request: count, source: count, released: count, answer: count }, []),
      'In bytes, of the same four.',
    ),
    case: keyed('the case 办件 that the caller names'),
    officer: keyed('the acting officer 经办人 that the caller names'),
    digestedWith,
    blind: described(
      { type: 'string', pattern: '^[A-Za-z0-9_-]{22}$' },
      'Random: who holds the leaf in a receipt cannot try out what else is in the entry. Where there are digests, their salts do that.',
    ),
    found: { type: 'boolean', description: 'Whether there was a record for the consumer.' },
    withheld: { const: true, description: 'There was one outside the rows of the grant.' },
    fields: {
      type: 'array',
      items: { anyOf: [text, { type: 'object' }] },
      description:
        'Of a release: its fields with their treatments. Of a refusal: paths that were asked and are not granted.',
    },
    form: { enum: ['sealed', 'json'], description: 'Whether the answer was encrypted, or signed only.' },
    code: { type: 'string', pattern: '^[a-z-]+(\\.[a-z-]+)*$', description: 'The reason: docs/problems.md.' },
    origin: { enum: ['gateway', 'provider', 'policy'], description: 'Who the problem comes from.' },
    reason: described({ type: 'string', pattern: '^[a-z-]+$' }, 'Why the caller is not proven.'),
    quota: described({ enum: QUOTA_NAMES }, 'Which quota 配额 of the grant was used up.'),
    frozen: {
      enum: FREEZE_KINDS,
      description: 'What of the exchange is frozen 停用, and therefore it was not released.',
    },
    repeats: described(uuid, 'Of a refused repeat 重复请求: the exchange that used its Request-Id first.'),
    broken: {
      type: 'array',
      items: closed({ pointer: text, rule: text }, ['pointer', 'rule']),
      description: 'Where the source broke its contract, in the contract’s names.',
    },
  },
  ['v', 'kind', 'exchange', 'request', 'trace', 'receivedAt', 'decidedAt', 'outcome', 'stages', 'provider'],
);

/** By which a log goes on under another origin (docs/decisions/0028). */
const EPOCH = closed(
  {
    v: { const: 1, description: 'The version of this form.' },
    kind: { const: 'epoch' },
    id: described(uuid, 'Of this entry.'),
    at: described(time, 'It was entered.'),
    origin: described(text, 'The new one.'),
    previous: described(text, 'The last checkpoint of the old one, as it was signed.'),
    cause: described({ type: 'string', pattern: '^[a-z-]+$' }, 'Why the old one ends.'),
  },
  ['v', 'kind', 'id', 'at', 'origin', 'previous', 'cause'],
);

/** That a system seems to go through a register (docs/decisions/0037); of whom it asked about nothing. */
const ALARM = closed(
  {
    v,
    kind: { const: 'alarm' },
    id: described(uuid, 'Of this entry.'),
    decidedAt: described(time, 'When it was noticed.'),
    signal: described(
      { enum: ALARM_SIGNALS },
      'Far more subjects than expected, many close to one another, or many answers without a record.',
    ),
    consumer: described(id, 'The system 应用系统 that asked.'),
    contract: described(id, 'What it asked for.'),
    grant: described(id, 'That of the call by which it was noticed.'),
    subjects: described(count, 'About how many different ones were asked about within the hour.'),
    neighbours: described(count, 'How many of them were close to another, beyond chance.'),
    answered: described(count, 'How many answers were ready within the hour.'),
    absent: described(count, 'How many of them had no record.'),
    frozen: described({ type: 'boolean' }, 'Whether the system was frozen for it.'),
  },
  [
    'v',
    'kind',
    'id',
    'decidedAt',
    'signal',
    'consumer',
    'contract',
    'grant',
    'subjects',
    'neighbours',
    'answered',
    'absent',
    'frozen',
  ],
);

const act = (kind: string, own: Readonly<Record<string, object>>): object =>
  closed(
    {
      v,
      kind: { const: kind },
      id: described(uuid, 'Of this entry.'),
      decidedAt: described(time, 'It was entered.'),
      digestedWith,
      ...own,
    },
    ['v', 'kind', 'id', 'decidedAt', 'digestedWith', ...Object.keys(own)],
  );

/** What a gateway did by itself. */
const event = (kind: string, own: Readonly<Record<string, object>>): object =>
  closed(
    {
      v,
      kind: { const: kind },
      id: described(uuid, 'Of this entry.'),
      decidedAt: described(time, 'When it happened.'),
      gateway: described(uuid, 'The process that did it: made anew at each start.'),
      ...own,
    },
    ['v', 'kind', 'id', 'decidedAt', 'gateway', ...Object.keys(own)],
  );
const officer = keyed('who did it');
const reason = keyed('the reason that was given');

const salted = (what: string): object =>
  described(digest, `HMAC-SHA-256 of ${what}, under a salt that is kept beside.`);
const frozenThing = {
  what: { enum: FREEZE_KINDS, description: 'The kind of thing.' },
  which: described(text, 'Its id; SHA-256 of a certificate or of the `jti` of a token; absent for everything.'),
};

/** What an officer ordered. */
const order = (kind: string, own: Readonly<Record<string, object>>, optional: readonly string[]): object =>
  closed(
    {
      v,
      kind: { const: kind },
      id: uuid,
      decidedAt: time,
      officer: salted('who ordered it'),
      reason: salted('the reason that was given'),
      ...own,
    },
    [
      'v',
      'kind',
      'id',
      'decidedAt',
      'officer',
      'reason',
      ...Object.keys(own).filter((name) => !optional.includes(name)),
    ],
  );

/** Every form that an entry of this version has. A member that is not here is none of ours. */
export const ENTRY_SCHEMA = {
  title: 'Entry of the ledger 台账',
  oneOf: [
    EXCHANGE,
    EPOCH,
    ALARM,
    act('lookup', {
      officer,
      reason,
      subjectType: described(text, 'The meaning of the identifier that was looked for.'),
    }),
    act('reveal', { officer, reason, index: described(count, 'The entry whose sealed part was opened.') }),
    act('shred', {
      reason,
      firstApprover: keyed('who approved it'),
      secondApprover: keyed('who approved it besides'),
      kids: { type: 'array', items: uuid, description: 'The keys that were destroyed.' },
      legalBasis: described(text, 'The law that it was done by.'),
    }),
    act('prune', {
      from: { const: 0, description: 'The first entry that is taken out.' },
      to: described(count, 'The first that stays.'),
      count: described(count, 'How many are taken out.'),
      root: described(hex, 'RFC 6962 root of the tree of them.'),
      newest: described(time, 'The latest time that any of them says.'),
      policy: described(id, 'The retention policy 保存期限 that it was done by.'),
      policyDigest: described(hex, 'SHA-256 of its file.'),
      exportDigest: described(hex, 'SHA-256 of the export that has them, which was verified.'),
      approvers: {
        type: 'array',
        items: keyed('who approved it'),
        minItems: 2,
        maxItems: 2,
        description: 'Two different people, each as HMAC-SHA-256 of the name, under `digestedWith`.',
      },
      recordedBy: keyed('who entered it'),
    }),
    event('breaker', {
      source: described(id, 'The source 数据源 whose breaker 熔断 changed.'),
      endpoint: described(count, 'Its place among the origins of the source.'),
      from: { enum: BREAKER_STATES, description: 'What it was.' },
      to: { enum: BREAKER_STATES, description: 'What it is from here on.' },
      why: { type: 'string', pattern: '^[a-z-]+$', description: 'docs/sources.md.' },
    }),
    act('breaker-order', {
      officer,
      reason,
      source: described(id, 'The source 数据源 whose breakers it is about.'),
      order: { enum: BREAKER_ORDERS, description: 'What every gateway is to do.' },
    }),
    order('freeze', { ...frozenThing, automatic: described({ const: true }, 'The gateway froze it by itself.') }, [
      'which',
      'automatic',
    ]),
    order(
      'lift',
      {
        ...frozenThing,
        refused: described(
          { enum: ['same-officer', 'not-frozen'] },
          'It was not lifted, because the same officer had frozen it, or because it was not frozen.',
        ),
      },
      ['which', 'refused'],
    ),
    order(
      'break-glass',
      {
        act: { enum: ['open', 'close', 'refuse'], description: 'What became of it.' },
        breakGlass: described(uuid, 'The access 应急; the `breakGlass` of the exchanges under it. Absent if refused.'),
        firstApprover: salted('who approved it'),
        secondApprover: salted('who approved it besides'),
        contract: id,
        purpose: id,
        systems: { type: 'array', items: id },
        grantHash: described(
          { type: 'string', pattern: '^[0-9a-f]{64}$' },
          'SHA-256 of the grant in canonical JSON, which is kept beside.',
        ),
        validFrom: time,
        validUntil: time,
        refused: described({ enum: REFUSALS_TO_OPEN }, 'Why it was not opened.'),
      },
      [
        'breakGlass',
        'firstApprover',
        'secondApprover',
        'contract',
        'purpose',
        'systems',
        'grantHash',
        'validFrom',
        'validUntil',
        'refused',
      ],
    ),
  ],
} as const;
