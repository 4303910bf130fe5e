/** Every header that is Shuqiao's own, named here and nowhere else; docs/headers.md is generated from this table. */
export const HEADERS = {
  requestId: {
    name: 'Request-Id',
    where: 'request and answer',
    meaning:
      'A UUID of the caller, good for one request: who uses it again hears what became of the first. One is made if none is sent.',
  },
  requestTimeout: {
    name: 'Request-Timeout-Ms',
    where: 'request',
    meaning:
      'How long the caller waits for the answer, in whole milliseconds; no longer than the gateway gives an exchange. What takes longer is not released.',
  },
  exchangeId: {
    name: 'Exchange-Id',
    where: 'answer',
    meaning: 'The exchange 交换 as the ledger knows it; a source is told it too.',
  },
  exchangeContext: {
    name: 'Exchange-Context',
    where: 'request to a source',
    meaning:
      'Who asks for what, why and by what grant: a JWT signed by the gateway, for this source and this body only.',
  },
  contractVersion: {
    name: 'Contract-Version',
    where: 'answer',
    meaning: 'The full version of the contract that was applied.',
  },
  receiptIndex: {
    name: 'Receipt-Index',
    where: 'answer',
    meaning: 'Receipt 回执: the place of the exchange in the ledger.',
  },
  receiptLeaf: {
    name: 'Receipt-Leaf',
    where: 'answer',
    meaning: 'Receipt 回执: SHA-256(0x00 ‖ entry), hex, of the entry at that place.',
  },
  ledgerOrigin: {
    name: 'Ledger-Origin',
    where: 'answer',
    meaning: 'The log that receipts are of, by the name that its checkpoints have, where the gateway was told it.',
  },
  answerSignature: {
    name: 'Answer-Signature',
    where: 'answer',
    meaning: 'Of an answer in JSON: the JWS of the gateway over the body, detached (RFC 7515 appendix F).',
  },
  errorOrigin: {
    name: 'Error-Origin',
    where: 'problem',
    meaning: 'Who the problem comes from: gateway, provider or policy.',
  },
} as const;

/** Those of draft-ietf-httpapi-ratelimit-headers-11: an Internet-Draft, no standard. */
export const DRAFT_HEADERS = {
  rateLimitPolicy: {
    name: 'RateLimit-Policy',
    where: 'answer and problem',
    meaning:
      'The quotas 配额 of the grant (draft-ietf-httpapi-ratelimit-headers-11, no standard): `rate` of calls, `calls`, `records` and `bytes` of the calendar day.',
  },
  rateLimit: {
    name: 'RateLimit',
    where: 'answer and problem',
    meaning: 'What is left of each (`r`), and the seconds until it is whole again (`t`).',
  },
} as const;
