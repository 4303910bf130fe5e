import type { PeerCertificate, System, UnprovenReason } from '../../domain/party.ts';
import { Problem } from '../../domain/problem.ts';
import type { Snapshot } from '../../domain/snapshot.ts';

interface Shown {
  readonly certificate: PeerCertificate | undefined;
  readonly unproven: UnprovenReason | undefined;
}

/** @throws Problem `identity.unproven`, `identity.unregistered` */
export function systemOf(
  { certificate: peer, unproven }: Shown,
  { systems }: Pick<Snapshot, 'systems'>,
): { readonly system: System; readonly peer: PeerCertificate } {
  if (peer === undefined)
    throw new Problem('identity.unproven', unproven === undefined ? {} : { known: { reason: unproven } });
  const system = systems.get(peer.commonName);
  if (system === undefined || system.department !== peer.organization) throw new Problem('identity.unregistered');
  return { system, peer };
}
