import { CLOCK_SKEW_MS } from '../../domain/access-token.ts';
import type { OneUseIds } from '../../domain/one-use-ids.ts';
import type { System } from '../../domain/party.ts';
import { Problem } from '../../domain/problem.ts';
import type { RequestHead, RequestSignature, RequestVerifier } from '../../domain/request-signature.ts';
import { contentDigest } from '../../keys/content-digest.ts';
import type { Inbound } from '../states.ts';

/**
 * The signature of a request, if it has to have one or has one: what came is never left unread because it was not asked for.
 * @throws Problem `signature.missing` or `signature.invalid`
 */
export async function requestSignatureOf(
  head: RequestHead,
  system: System,
  signatures: RequestVerifier,
): Promise<RequestSignature | undefined> {
  if (head.field('signature-input').length === 0 && head.field('signature').length === 0) {
    if (system.requestSignature === 'required') throw new Problem('signature.missing');
    return undefined;
  }
  const signature = await signatures.verify(head, system);
  if (signature === undefined) throw new Problem('signature.invalid');
  return signature;
}

/** @throws Problem `signature.invalid` the second time */
export async function useNonce(
  { nonce, refusedFrom }: RequestSignature,
  { id }: System,
  usedIds: OneUseIds,
): Promise<void> {
  // A name of its own: ids of the system's assertions are used up under its id. And longer than the signature is good,
  // because it is the clock of the database that forgets.
  if (!(await usedIds.use(`signature:${id}`, nonce, refusedFrom + CLOCK_SKEW_MS)))
    throw new Problem('signature.invalid');
}

/** Reads the body, and does not give one that was not signed where one was; before anything is parsed of it. */
export function checkedBody(
  readBody: Inbound['readBody'],
  signature: RequestSignature | undefined,
): Inbound['readBody'] {
  return async () => {
    const body = await readBody();
    if (signature !== undefined && contentDigest(body) !== signature.contentDigest)
      throw new Problem('signature.invalid');
    return body;
  };
}
