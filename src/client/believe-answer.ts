import type { JsonObject } from '../domain/json.ts';
import type { AnswerForm } from '../domain/sealed-answer.ts';
import { checkClaims } from './check-claims.ts';
import type { Answer } from './client-options.ts';
import type { Reply } from './connection.ts';
import { type OpeningKeys, openSealed, openSigned } from './open-answer.ts';
import { evidenceOf, receiptOf } from './receipt.ts';
import type { SeenIds } from './seen-ids.ts';
import { ShuqiaoAnswerInvalid } from './shuqiao-answer-invalid.ts';

/** One request that was answered, and what came back for it. */
export interface Exchanged {
  readonly reply: Reply;
  readonly requestId: string;
  /** The body as it was sent. */
  readonly sent: string;
  /** Milliseconds since the Unix epoch. */
  readonly sentAt: number;
}

export interface Asked {
  readonly contract: string;
  readonly purpose: string;
  readonly form?: AnswerForm;
}

export interface BelievingNeeds {
  readonly gatewayId: string;
  readonly system: string;
  readonly clockSkewSeconds: number;
  readonly now: () => number;
  readonly keys: OpeningKeys;
  readonly seen: SeenIds;
}

/**
 * Opens an answer, and takes it only if the gateway signed it for this system and as the answer to what was asked.
 * @throws ShuqiaoAnswerInvalid
 */
export async function believeAnswer(
  { reply, requestId, sent, sentAt }: Exchanged,
  asked: Asked,
  { gatewayId, system, clockSkewSeconds, now, keys, seen }: BelievingNeeds,
): Promise<Answer> {
  const { form, opened } = await open(reply, asked.form, keys);
  const receivedAt = now();
  const claims = checkClaims(opened, {
    issuer: gatewayId,
    audience: system,
    exchange: textOf(reply.headers['exchange-id']),
    // As the gateway writes it.
    request: requestId.toLowerCase(),
    contract: asked.contract,
    purpose: asked.purpose,
    notBefore: Math.floor(sentAt / 1000) - clockSkewSeconds,
    notAfter: Math.ceil(receivedAt / 1000) + clockSkewSeconds,
  });
  // Until its time is too old for every request that is sent from now on.
  if (!seen.isFirst(claims.jti, receivedAt + (2 * clockSkewSeconds + 2) * 1000))
    throw new ShuqiaoAnswerInvalid('exchange');
  const receipt = receiptOf(reply);
  const evidence = evidenceOf(claims, { sent, received: reply.body });
  return { data: claims.data, claims, form, requestId, exchangeId: claims.jti, receipt, evidence };
}

async function open(
  { headers, body }: Reply,
  asked: AnswerForm | undefined,
  keys: OpeningKeys,
): Promise<{ readonly form: AnswerForm; readonly opened: JsonObject }> {
  const type = textOf(headers['content-type']);
  if (type === 'application/jose') return { form: 'sealed', opened: await openSealed(body.toString('latin1'), keys) };
  const signature = textOf(headers['answer-signature']);
  // An answer in the clear that nobody asked for is none to get used to.
  if (type !== 'application/json' || asked !== 'json' || signature === undefined)
    throw new ShuqiaoAnswerInvalid('form');
  return { form: 'json', opened: await openSigned(body, signature, keys) };
}

function textOf(header: string | string[] | undefined): string | undefined {
  return typeof header === 'string' ? header : undefined;
}
