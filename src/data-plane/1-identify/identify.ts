import type { Admission } from '../../domain/admission.ts';
import { Problem } from '../../domain/problem.ts';
import type { Snapshot } from '../../domain/snapshot.ts';
import type { Identified, Inbound, Stage } from '../states.ts';

export interface IdentifyNeeds {
  readonly snapshot: () => Snapshot;
  readonly admission: Admission;
}

/** Who calls: the system that the client certificate names, registered for the department that it names. */
export function identify({ snapshot, admission }: IdentifyNeeds): Stage<Inbound, Identified> {
  return async (inbound) => {
    const { peer, unproven, requestId } = inbound;
    if (peer === undefined)
      throw new Problem('identity.unproven', unproven === undefined ? {} : { known: { reason: unproven } });
    const system = snapshot().systems.get(peer.commonName);
    if (system === undefined || system.department !== peer.organization) throw new Problem('identity.unregistered');
    // After the proof: nobody else can use up the request ids of a system.
    const { thumbprint } = peer;
    const admitted = await admission.admit({ system: system.id, thumbprint, tokenId: undefined, requestId });
    if (admitted === 'blocked') throw new Problem('identity.blocked');
    if (admitted === 'replayed') throw new Problem('request.replayed');
    return { ...inbound, system };
  };
}
