import type { TokenVerifier } from '../../domain/access-token.ts';
import type { Admission } from '../../domain/admission.ts';
import type { Clock } from '../../domain/clock.ts';
import type { OneUseIds } from '../../domain/one-use-ids.ts';
import type { RequestVerifier } from '../../domain/request-signature.ts';
import type { Snapshot } from '../../domain/snapshot.ts';
import { frozenProblem } from '../refuse-frozen.ts';
import type { Identified, Inbound, Stage } from '../states.ts';
import { accessTokenOf } from './access-token.ts';
import { repeatOf } from './repeat.ts';
import { checkedBody, requestSignatureOf, useNonce } from './request-signature.ts';
import { systemOf } from './system-of.ts';
import { verifiedTokens } from './verified-tokens.ts';

export interface IdentifyNeeds {
  readonly snapshot: () => Snapshot;
  readonly tokens: TokenVerifier;
  readonly signatures: RequestVerifier;
  readonly clock: Clock;
  readonly admission: Pick<Admission, 'admit'>;
  /** Nonces of signatures. */
  readonly usedIds: OneUseIds;
}

/**
 * Who calls: the system that the client certificate names, registered for its department, with an access token of its
 * own, and with a signature of the request where one is required or came.
 */
export function identify(needs: IdentifyNeeds): Stage<Inbound, Identified> {
  const { snapshot, tokens, signatures, admission, usedIds, clock } = needs;
  const remembering = verifiedTokens(tokens, clock);
  return async ({ readBody, ...inbound }) => {
    const { unproven, requestId, authorization } = inbound;
    const { system, peer } = systemOf({ certificate: inbound.peer, unproven }, snapshot());
    const token = await accessTokenOf(authorization, remembering, { system, peer });
    const signature = await requestSignatureOf(inbound.head, system, signatures);
    // After the proof: nobody else can use up the request ids of a system.
    const { id, department } = system;
    const arrival = { department, system: id, thumbprint: peer.thumbprint, tokenId: token.id };
    const admitted = await admission.admit({ ...arrival, requestId, exchange: inbound.exchange });
    if (admitted !== 'admitted')
      throw admitted.state === 'frozen' ? frozenProblem(admitted.kind, 'identity') : repeatOf(admitted);
    // Last: who sends the same again hears that its id was used, and who is frozen uses up nothing.
    if (signature !== undefined) await useNonce(signature, system, usedIds);
    return { ...inbound, system, token, signature, readCheckedBody: checkedBody(readBody, signature) };
  };
}
