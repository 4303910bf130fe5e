import type { TokenVerifier } from '../../domain/access-token.ts';
import type { Admission } from '../../domain/admission.ts';
import type { Clock } from '../../domain/clock.ts';
import { Problem } from '../../domain/problem.ts';
import type { Snapshot } from '../../domain/snapshot.ts';
import type { Identified, Inbound, Stage } from '../states.ts';
import { accessTokenOf } from './access-token.ts';
import { verifiedTokens } from './verified-tokens.ts';

export interface IdentifyNeeds {
  readonly snapshot: () => Snapshot;
  readonly tokens: TokenVerifier;
  readonly clock: Clock;
  readonly admission: Pick<Admission, 'admit'>;
}

/** Who calls: the system that the client certificate names, registered for its department, with an access token of its own. */
export function identify({ snapshot, tokens, admission, clock }: IdentifyNeeds): Stage<Inbound, Identified> {
  const remembering = verifiedTokens(tokens, clock);
  return async (inbound) => {
    const { peer, unproven, requestId, authorization } = inbound;
    if (peer === undefined)
      throw new Problem('identity.unproven', unproven === undefined ? {} : { known: { reason: unproven } });
    const system = snapshot().systems.get(peer.commonName);
    if (system === undefined || system.department !== peer.organization) throw new Problem('identity.unregistered');
    const token = await accessTokenOf(authorization, remembering, { system, peer });
    // After the proof: nobody else can use up the request ids of a system.
    const { thumbprint } = peer;
    const admitted = await admission.admit({ system: system.id, thumbprint, tokenId: token.id, requestId });
    if (admitted === 'blocked') throw new Problem('identity.blocked');
    if (admitted === 'replayed') throw new Problem('request.replayed');
    return { ...inbound, system, token };
  };
}
