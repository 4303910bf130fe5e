import { ALARM_SIGNALS } from '../domain/alarm.ts';
import { REFUSALS_TO_OPEN } from '../domain/break-glass.ts';
import { BREAKER_ORDERS } from '../domain/breaker-order.ts';
import { FREEZE_KINDS } from '../domain/freeze.ts';
import { BREAKER_STATES } from '../domain/observer.ts';
import { closed, count, described, digest, digestedWith, hex, id, keyed, text, time, uuid, v } from './entry-terms.ts';
import { EXCHANGE } from './exchange-entry-schema.ts';

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
