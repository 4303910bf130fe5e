/** What the caller may do with the same request: nothing, correct it first, or wait and send it again. */
export type Retry = 'never' | 'after-change' | 'later';

/** Who the answer comes from: the gateway itself, the source department behind it, or the rules it applies. */
export type ProblemOrigin = 'gateway' | 'provider' | 'policy';

/** How an exchange that ends in a problem is counted and recorded: 拒绝 refused by rule, or 失败 failed for another cause. */
export type ProblemOutcome = 'refused' | 'failed';

export interface ProblemSpec {
  readonly status: number;
  readonly title: string;
  readonly titleZh: string;
  readonly origin: ProblemOrigin;
  readonly outcome: ProblemOutcome;
  readonly retry: Retry;
  /** Whether an operator is told: an expected refusal never pages anyone. */
  readonly report: boolean;
  /** WWW-Authenticate (RFC 6750 §3), where it is for a better access token to help. */
  readonly challenge?: string;
  readonly cause: string;
  readonly remedy: string;
}

const refusal = { outcome: 'refused', report: false } as const;
const asked = { ...refusal, origin: 'gateway', retry: 'after-change' } as const;
const forbidden = { ...refusal, origin: 'policy', status: 403, retry: 'never' } as const;
const source = { outcome: 'failed', origin: 'provider' } as const;
const repeat = { ...refusal, origin: 'gateway', status: 409 } as const;

/** Every error the gateway can answer with. `docs/problems.md` is generated from this table; nothing else has a status. */
export const PROBLEMS = {
  'request.malformed': {
    ...asked,
    status: 400,
    title: 'The request cannot be read',
    titleZh: '请求格式错误',
    cause: 'The body is not the JSON object that an exchange takes, or a header has a form that is not allowed.',
    remedy: 'Send {"purpose", "query", "fields"?, "case"?, "officer"?}; `errors` points at what does not fit.',
  },
  'request.not-tls': {
    ...asked,
    status: 400,
    title: 'This listener speaks TLS only',
    titleZh: '仅支持加密连接',
    cause: 'The connection began with plain HTTP. What was sent was not read, but whoever is between could.',
    remedy: 'Use https:// and the client certificate of your system.',
  },
  'request.too-large': {
    ...asked,
    status: 413,
    title: 'The request body is too large',
    titleZh: '请求体过大',
    cause: 'The body is larger than the gateway reads.',
    remedy: 'Ask for one subject in one request.',
  },
  'request.timeout': {
    ...asked,
    retry: 'later',
    status: 408,
    title: 'The request body did not arrive in time',
    titleZh: '请求体接收超时',
    cause: 'The caller sent the body too slowly or not at all.',
    remedy: 'Send the whole body at once.',
  },
  'exchange.timeout': {
    outcome: 'failed',
    origin: 'gateway',
    retry: 'later',
    report: false,
    status: 504,
    title: 'The exchange took longer than it may',
    titleZh: '共享交换超时',
    cause:
      'The time that the caller gave by Request-Timeout-Ms, or that the gateway gives an exchange, was over before the answer was recorded. Nothing was released.',
    remedy: 'Try again under a fresh id, with more time if you gave little.',
  },
  'request.unsupported-media': {
    ...asked,
    status: 415,
    title: 'The request body is not plain JSON',
    titleZh: '请求体类型不支持',
    cause: 'Content-Type is not application/json, or the body is compressed.',
    remedy: 'Send `Content-Type: application/json` without Content-Encoding.',
  },
  'request.not-acceptable': {
    ...asked,
    status: 406,
    title: 'The answer only exists sealed',
    titleZh: '仅提供加密应答',
    cause: 'The Accept header leaves out application/jose, and the grant allows no other form.',
    remedy:
      'Send `Accept: application/jose` or no Accept header, and open the answer with the private key of your system.',
  },
  'repeat.answered': {
    ...repeat,
    retry: 'after-change',
    title: 'This request was answered before',
    titleZh: '请求已处理',
    cause: 'Your system used this request id before, and that exchange has ended; it is not run a second time.',
    remedy:
      '`repeats` names the first exchange, how it ended and its receipt. What was answered is not kept and never sent again: ask anew under a fresh Request-Id if you need it.',
  },
  'repeat.under-way': {
    ...repeat,
    retry: 'later',
    title: 'This request is still under way',
    titleZh: '请求处理中',
    cause: 'Your system used this request id before, and that exchange has not ended; it is not run a second time.',
    remedy: 'Send the same Request-Id again after the seconds in Retry-After to hear how it ended.',
  },
  'repeat.unrecorded': {
    ...repeat,
    retry: 'after-change',
    title: 'This request ended without an entry',
    titleZh: '请求未留痕',
    cause: 'Your system used this request id before, and that exchange never came to an entry in the ledger.',
    remedy: 'Nothing was released and nothing will be. Send the request under a fresh Request-Id.',
  },
  'receipt.unknown': {
    ...asked,
    retry: 'never',
    status: 404,
    title: 'There is no such receipt',
    titleZh: '回执不存在',
    // One answer whether there is no such exchange or it is another system's.
    cause:
      'Your system has no exchange of this id with an entry in the ledger, and no request of this id within a day.',
    remedy:
      'Check the id; only the system that asked gets a receipt. Entries that are past their time are pruned: a proof that you had before stays good.',
  },
  'receipt.too-many': {
    ...asked,
    retry: 'later',
    status: 429,
    title: 'Too many receipts are asked for',
    titleZh: '回执查询过于频繁',
    cause: 'Your system asks for receipts and proofs faster than a gateway gives them.',
    remedy: 'Wait for the seconds in Retry-After; a proof stays good, so that it has to be had once.',
  },
  'gateway.overloaded': {
    outcome: 'failed',
    origin: 'gateway',
    retry: 'later',
    report: false,
    status: 503,
    title: 'The gateway has as much to do as it can',
    titleZh: '网关过载',
    cause:
      'More is asked of the gateway than it can do soon, so the request was turned away before anything of it was read. It is no exchange, and has no entry.',
    remedy:
      'Send it again, with the same Request-Id or another, after the seconds in Retry-After and on the same connection.',
  },
  'consumer.too-many': {
    ...asked,
    retry: 'later',
    status: 429,
    title: 'Your system asks for more than its part',
    titleZh: '并发请求过多',
    cause:
      'Your system has more requests under way, or more connections, than one system may while others want some. The request was turned away before anything of it was read. It is no exchange, and has no entry.',
    remedy: 'Have fewer requests under way at a time; send it again after the seconds in Retry-After.',
  },
  'route.unknown': {
    ...asked,
    retry: 'never',
    status: 404,
    title: 'There is nothing at this address',
    titleZh: '地址不存在',
    cause: 'The path is not one that this listener serves.',
    remedy: 'An exchange is `POST /exchange/{department}/{resource}/v{major}`.',
  },
  'route.method-not-allowed': {
    ...asked,
    status: 405,
    title: 'This address takes another method',
    titleZh: '请求方法不允许',
    cause: 'The address exists, but not for this method.',
    remedy: 'Use the method that the Allow header names.',
  },
  'route.foreign-host': {
    ...forbidden,
    origin: 'gateway',
    title: 'The control listener answers its own host only',
    titleZh: '仅限本机访问',
    cause: 'The Host header is not a loopback name: a web page may be trying to reach the listener through a browser.',
    remedy: 'Call the control listener as 127.0.0.1, [::1] or localhost.',
  },
  'identity.unproven': {
    ...refusal,
    origin: 'gateway',
    retry: 'after-change',
    status: 401,
    title: 'The calling system is not proven',
    titleZh: '身份未验证',
    cause:
      'The connection has no client certificate, or one that no authority of its department issued, that is not valid now, or that may be revoked.',
    remedy:
      'Connect with the certificate issued to your system, and with every intermediate certificate above it. If it was good before, ask the administrator: the log and the ledger of the gateway say the reason by your exchange id.',
  },
  'identity.unregistered': {
    ...forbidden,
    origin: 'gateway',
    title: 'The calling system is not registered',
    titleZh: '应用系统未注册',
    cause: 'The certificate is good, but names no system registered for its department.',
    remedy: 'Ask the administrator to register the system, and check the CN and O of the certificate.',
  },
  'identity.frozen': {
    ...forbidden,
    title: 'The calling system is frozen',
    titleZh: '应用系统已停用',
    cause: 'An officer has frozen the system, its department, its certificate or its access token.',
    remedy:
      'Ask the operator of the gateway why. If it was frozen already when the request came, its request id was not used up.',
  },
  'gateway.frozen': {
    // Not refused: it is nothing that this request could be blamed for.
    outcome: 'failed',
    origin: 'policy',
    retry: 'later',
    // The watch over the freezes has said so.
    report: false,
    status: 503,
    title: 'All exchange is frozen',
    titleZh: '共享交换已全部停用',
    cause: 'An officer has frozen everything: nobody is answered anything until that is lifted.',
    remedy:
      'It is not about your system. Ask again after the seconds in Retry-After, or ask the operator of the gateway.',
  },
  'token.missing': {
    ...refusal,
    origin: 'gateway',
    retry: 'after-change',
    status: 401,
    challenge: 'Bearer',
    title: 'The request has no access token',
    titleZh: '缺少访问令牌',
    cause: 'Every exchange takes an access token, and the request has no Authorization header.',
    remedy:
      'Get a token with your certificate or a signed assertion (`/.well-known/oauth-authorization-server`) and send `Authorization: Bearer …`.',
  },
  'token.invalid': {
    ...refusal,
    origin: 'gateway',
    retry: 'after-change',
    status: 401,
    challenge: 'Bearer error="invalid_token"',
    title: 'The access token is not a good one',
    titleZh: '访问令牌无效',
    // One code for all of it: whoever forges tokens learns nothing of how far it came.
    cause:
      'The token is expired, not for this gateway, not of the calling system, not bound to its certificate, or no token at all.',
    remedy: 'Get a new token over a connection with the same certificate, and send it in one Authorization header.',
  },
  'token.too-narrow': {
    ...forbidden,
    retry: 'after-change',
    challenge: 'Bearer error="insufficient_scope"',
    title: 'The access token is for another need',
    titleZh: '访问令牌权限不足',
    cause: 'The token was narrowed by `authorization_details`, and to no need of this contract and purpose.',
    remedy: 'Get a token whose `authorization_details` name this contract and purpose, or one that is not narrowed.',
  },
  'token.unverifiable': {
    outcome: 'failed',
    origin: 'gateway',
    retry: 'later',
    report: true,
    status: 503,
    title: 'Access tokens cannot be verified',
    titleZh: '访问令牌无法验证',
    cause: 'The keys of the issuer of access tokens cannot be had, so no token can be relied on.',
    remedy: 'Try again later; the operator has to restore the issuer of tokens.',
  },
  'signature.missing': {
    ...refusal,
    origin: 'gateway',
    retry: 'after-change',
    status: 401,
    title: 'The request is not signed',
    titleZh: '请求未签名',
    cause:
      'Every request of the calling system has to be signed, and this one has neither Signature-Input nor Signature.',
    remedy: 'Sign each request (RFC 9421) with a registered key of your system, by the profile in docs/headers.md.',
  },
  'signature.invalid': {
    ...refusal,
    origin: 'gateway',
    retry: 'after-change',
    status: 401,
    title: 'The signature of the request is not a good one',
    titleZh: '请求签名无效',
    // One code for all of it, as for tokens.
    cause:
      'The signature is not of this request and this body, too old, used before, not by a key of the calling system that is in force, or not by the profile.',
    remedy: 'Sign the request as it is sent, anew each time and with a fresh nonce, by the profile in docs/headers.md.',
  },
  'grant.missing': {
    ...forbidden,
    title: 'No grant covers this exchange',
    titleZh: '无共享授权',
    // One code whether the contract, the purpose or the grant is what does not exist: telling them apart would let
    // an ungranted caller list what a department shares (docs/decisions/0004).
    cause: 'No grant gives your system this resource for this purpose.',
    remedy: 'Check department, resource, version and purpose, or apply for the grant.',
  },
  'grant.not-in-force': {
    ...forbidden,
    title: 'The grant is not in force',
    titleZh: '授权不在有效期内',
    cause: 'The grant for this exchange has not begun or has ended.',
    remedy: 'Apply for an extension of the grant.',
  },
  'grant.frozen': {
    ...forbidden,
    title: 'What is asked for is frozen',
    titleZh: '所请求的共享已停用',
    // Only for who has the grant; which of the three it is, is the operator's to tell.
    cause: 'An officer has frozen the grant, the contract or the department that shares it.',
    remedy: 'Ask the operator of the gateway why. Nothing was released.',
  },
  'field.not-granted': {
    ...forbidden,
    retry: 'after-change',
    title: 'A requested field is outside the grant',
    titleZh: '信息项未授权',
    cause: '`fields` names something that the grant does not release; whether such a field exists is not said.',
    remedy: 'Leave `fields` out to get all that the grant releases, or apply for the field.',
  },
  'filter.not-granted': {
    ...forbidden,
    retry: 'after-change',
    title: 'A query parameter is outside the grant',
    titleZh: '查询条件未授权',
    cause: '`query` names a parameter that the grant does not allow.',
    remedy: 'Ask only by the parameters of the grant.',
  },
  'query.invalid': {
    ...asked,
    status: 400,
    title: 'The query does not fit the contract',
    titleZh: '查询参数无效',
    cause: 'A granted query parameter is missing or its value is not of the declared form.',
    remedy: '`errors` points at each parameter that does not fit.',
  },
  'quota.exceeded': {
    ...forbidden,
    status: 429,
    retry: 'later',
    title: 'The quota of the grant is used up',
    titleZh: '超出授权配额',
    cause:
      'The grant has been used as fast, or as much on this day, as it allows; `violatedPolicies` says which quota it is.',
    remedy:
      'Wait for the seconds in Retry-After; RateLimit tells beforehand. What is needed for longer is applied for.',
  },
  'quota.probing': {
    ...forbidden,
    status: 429,
    retry: 'later',
    title: 'Too many different questions about one subject',
    titleZh: '同一主体探测过多',
    // Decided before the source is asked, so that it says nothing of a record.
    cause:
      'Your department asked as many different questions about this subject as the grant allows; nobody was asked.',
    remedy:
      'Ask about a subject once and with what is known; after the seconds in Retry-After the oldest of the questions counts no more.',
  },
  'recipient.keyless': {
    ...forbidden,
    title: 'No sealing key is registered for the calling system',
    titleZh: '未登记加密公钥',
    cause: 'An answer is only given sealed to a key of the calling system, and there is none.',
    remedy: 'Ask the administrator to register the public encryption key of your system.',
  },
  'source.circuit-open': {
    ...source,
    retry: 'later',
    report: false,
    status: 503,
    title: 'The source is resting after failures',
    titleZh: '数据源已熔断',
    cause: 'The source failed repeatedly, so it is not asked for a while.',
    remedy: 'Wait for the seconds in Retry-After.',
  },
  'source.busy': {
    ...source,
    retry: 'later',
    report: false,
    status: 503,
    title: 'The source has as many calls as it takes',
    titleZh: '数据源繁忙',
    cause: 'The number of calls in progress to the source has reached its limit.',
    remedy: 'Wait for the seconds in Retry-After.',
  },
  'source.unavailable': {
    ...source,
    retry: 'later',
    report: true,
    status: 503,
    title: 'The source cannot be reached',
    titleZh: '数据源不可用',
    cause: 'No connection to the source could be made or kept, or its certificate is not the expected one.',
    remedy: 'Try again later; the source department has to restore its system.',
  },
  'source.timeout': {
    ...source,
    retry: 'later',
    report: true,
    status: 504,
    title: 'The source did not answer in time',
    titleZh: '数据源超时',
    cause: 'The source took longer than its contract allows.',
    remedy: 'Try again later.',
  },
  'source.failed': {
    ...source,
    retry: 'later',
    report: true,
    status: 502,
    title: 'The source failed',
    titleZh: '数据源内部错误',
    cause: 'The source answered with a server error.',
    remedy: 'Try again later; the source department has to look into its system.',
  },
  'source.refused': {
    ...source,
    retry: 'never',
    report: true,
    status: 502,
    title: 'The source refused the gateway',
    titleZh: '数据源拒绝请求',
    cause:
      'The source answered with a status that the exchange does not know, a redirect among them: none is followed.',
    remedy: 'The source department and the administrator have to align the source with its contract.',
  },
  'source.unauthorized': {
    ...source,
    retry: 'later',
    report: true,
    status: 502,
    title: 'The source does not accept the gateway',
    titleZh: '数据源未认可网关身份',
    cause: 'The source answered 401 or 403: it does not take how the gateway proves itself, or the signed context.',
    remedy: 'The administrator and the source department have to bring the credentials of the gateway in line.',
  },
  'source.too-large': {
    ...source,
    retry: 'never',
    report: true,
    status: 502,
    title: 'The answer of the source is too large',
    titleZh: '数据源应答过大',
    cause: 'The answer, or what it decompresses to, is larger than the contract allows.',
    remedy: 'The source department has to answer one subject in one record.',
  },
  'source.contract-broken': {
    ...source,
    retry: 'never',
    report: true,
    status: 502,
    title: 'The source broke its contract',
    titleZh: '数据源违反契约',
    cause: 'The answer cannot be read, does not fit the schema of the contract, or is about another subject.',
    remedy: 'The source department has to correct its answer; the ledger says where. Nothing of it was released.',
  },
  'treatment.unfit': {
    ...source,
    retry: 'never',
    report: true,
    status: 502,
    title: 'A value does not fit its treatment',
    titleZh: '脱敏规则不适用',
    cause: 'A value of the source has a form that the treatment of the field does not understand.',
    remedy: 'The source department has to correct the value; nothing was released.',
  },
  'answer.invalid': {
    outcome: 'failed',
    origin: 'gateway',
    retry: 'never',
    report: true,
    status: 500,
    title: 'The answer does not fit the derived schema',
    titleZh: '应答不符合派生模式',
    cause: 'What came out of projection is not what the grant describes: a fault of the gateway.',
    remedy: 'Report the request id to the operator of the gateway; nothing was released.',
  },
  'ledger.unwritable': {
    outcome: 'failed',
    origin: 'gateway',
    retry: 'later',
    report: true,
    status: 503,
    title: 'The exchange could not be recorded',
    titleZh: '台账不可写',
    cause: 'The ledger did not confirm the entry, so nothing was released.',
    remedy: 'Try again later with a fresh request id.',
  },
  'ledger.unanchored': {
    outcome: 'failed',
    origin: 'gateway',
    retry: 'later',
    // Not once an exchange: the watch over the anchorage has said so.
    report: false,
    status: 503,
    title: 'Nobody outside vouches for the ledger',
    titleZh: '台账未获见证',
    cause:
      'For longer than the grace no witness has vouched for new entries, or entries that were vouched for are gone; until that is mended the gateway exchanges nothing.',
    remedy: 'Try again later with a fresh request id; the operator has been told since the first miss.',
  },
  'caller.left': {
    outcome: 'failed',
    origin: 'gateway',
    retry: 'later',
    report: false,
    // 499 is nginx's: nobody is there to read it, but the log and the ledger need a word for it.
    status: 499,
    title: 'The caller left before the answer',
    titleZh: '调用方已断开',
    cause: 'The connection closed while the exchange was under way.',
    remedy: 'Wait longer for the answer.',
  },
  internal: {
    outcome: 'failed',
    origin: 'gateway',
    retry: 'later',
    report: true,
    status: 500,
    title: 'The gateway failed',
    titleZh: '网关内部错误',
    cause: 'A fault of the gateway.',
    remedy: 'Report the request id to the operator of the gateway; nothing was released.',
  },
} as const satisfies Record<string, ProblemSpec>;

export type ProblemCode = keyof typeof PROBLEMS;
