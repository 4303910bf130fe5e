import { Problem } from '../../domain/problem.ts';
import type { RequestIds } from '../../domain/request-ids.ts';
import type { Snapshot } from '../../domain/snapshot.ts';
import type { Identified, Inbound, Stage } from '../states.ts';

export interface IdentifyNeeds {
  readonly snapshot: () => Snapshot;
  readonly requestIds: RequestIds;
}

/** Who calls: the system that the client certificate names, registered for the department that it names. */
export function identify({ snapshot, requestIds }: IdentifyNeeds): Stage<Inbound, Identified> {
  return async (inbound) => {
    const { peer, requestId } = inbound;
    if (peer === undefined) throw new Problem('identity.unproven');
    const system = snapshot().systems.get(peer.commonName);
    if (system === undefined || system.department !== peer.organization) throw new Problem('identity.unregistered');
    // After the proof: nobody else can use up the request ids of a system.
    if (!(await requestIds.claim(system.id, requestId))) throw new Problem('request.replayed');
    return { ...inbound, system };
  };
}
