import type { TokenVerifier } from '../../domain/access-token.ts';
import type { Clock } from '../../domain/clock.ts';
import { Problem } from '../../domain/problem.ts';
import type { RequestIds } from '../../domain/request-ids.ts';
import type { Snapshot } from '../../domain/snapshot.ts';
import type { Identified, Inbound, Stage } from '../states.ts';
import { accessTokenOf } from './access-token.ts';
import { verifiedTokens } from './verified-tokens.ts';

export interface IdentifyNeeds {
  readonly snapshot: () => Snapshot;
  readonly tokens: TokenVerifier;
  readonly clock: Clock;
  readonly requestIds: RequestIds;
}

/** Who calls: the system that the client certificate names, registered for its department, with an access token of its own. */
export function identify({ snapshot, tokens, requestIds, clock }: IdentifyNeeds): Stage<Inbound, Identified> {
  const remembering = verifiedTokens(tokens, clock);
  return async (inbound) => {
    const { peer, requestId, authorization } = inbound;
    if (peer === undefined) throw new Problem('identity.unproven');
    const system = snapshot().systems.get(peer.commonName);
    if (system === undefined || system.department !== peer.organization) throw new Problem('identity.unregistered');
    const token = await accessTokenOf(authorization, remembering, { system, peer });
    // After the proof: nobody else can use up the request ids of a system.
    if (!(await requestIds.claim(system.id, requestId))) throw new Problem('request.replayed');
    return { ...inbound, system, token };
  };
}
