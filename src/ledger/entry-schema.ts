import { REFUSALS_TO_OPEN } from '../domain/break-glass.ts';
import { CLASSIFICATIONS } from '../domain/classification.ts';
import { FREEZE_KINDS } from '../domain/freeze.ts';
import { ENTRY_VERSION, OUTCOMES } from '../domain/ledger-entry.ts';
import { STAGES } from '../domain/observer.ts';

const text = { type: 'string' } as const;
const uuid = { type: 'string', pattern: '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' } as const;
const time = { type: 'string', pattern: '^\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}:\\d{2}\\.\\d{3}Z$' } as const;
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
const v = { const: ENTRY_VERSION };

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
    consumerDepartment: id,
    token: described(text, 'The `jti` of the access token.'),
    signedBy: described(kid, 'The registered key that the request’s signature verified with.'),
    contract: id,
    contractVersion: { type: 'string', pattern: '^\\d+\\.\\d+\\.\\d+$' },
    classification: { enum: CLASSIFICATIONS },
    purpose: id,
    legalBasis: {
      type: 'array',
      items: closed({ instrument: text, article: text }, ['instrument']),
    },
    grant: id,
    breakGlass: described(uuid, 'The access in an emergency 应急 that it was under.'),
    plan: described({ type: 'string', pattern: '^[0-9a-f]{64}$' }, 'Hash of the grant compiled against its contract.'),
    source: described(
      closed({ id, status: count }, ['id']),
      'Whom the gateway asked, and the status of HTTP if it answered.',
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
    form: { enum: ['sealed', 'json'] },
    code: { type: 'string', pattern: '^[a-z-]+(\\.[a-z-]+)*$', description: 'The reason: docs/problems.md.' },
    origin: { enum: ['gateway', 'provider', 'policy'] },
    reason: described({ type: 'string', pattern: '^[a-z-]+$' }, 'Why the caller is not proven.'),
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
    v: { const: 1 },
    kind: { const: 'epoch' },
    id: uuid,
    at: time,
    origin: described(text, 'The new one.'),
    previous: described(text, 'The last checkpoint of the old one, as it was signed.'),
    cause: described({ type: 'string', pattern: '^[a-z-]+$' }, 'Why the old one ends.'),
  },
  ['v', 'kind', 'id', 'at', 'origin', 'previous', 'cause'],
);

const act = (kind: string, own: Readonly<Record<string, object>>): object =>
  closed({ v, kind: { const: kind }, id: uuid, decidedAt: time, digestedWith, ...own }, [
    'v',
    'kind',
    'id',
    'decidedAt',
    'digestedWith',
    ...Object.keys(own),
  ]);
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
