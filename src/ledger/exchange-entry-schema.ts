import { CLASSIFICATIONS } from '../domain/classification.ts';
import { FREEZE_KINDS } from '../domain/freeze.ts';
import { OUTCOMES } from '../domain/ledger-entry.ts';
import { STAGES } from '../domain/observer.ts';
import { QUOTA_NAMES } from '../domain/quotas.ts';
import {
  closed,
  count,
  described,
  digest,
  digestedWith,
  hex,
  id,
  keyed,
  kid,
  text,
  time,
  uuid,
  v,
} from './entry-terms.ts';

/** What became of one exchange. */
export const EXCHANGE = closed(
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
