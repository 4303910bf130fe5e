import type { Socket } from 'node:net';
import type { Peer } from '../../domain/party.ts';
import type { Snapshot } from '../../domain/snapshot.ts';

/** All whom nothing proves are one caller, with one part for all of them together. */
export const UNKNOWN_CALLER = '';

/** The registered system that the certificate of a connection is of: what a caller made up is no name to count by. */
export function callerOf(
  peerOf: (socket: Socket) => Peer,
  snapshot: () => Pick<Snapshot, 'systems'>,
): (socket: Socket) => string {
  return (socket) => {
    const { certificate } = peerOf(socket);
    if (certificate === undefined) return UNKNOWN_CALLER;
    const system = snapshot().systems.get(certificate.commonName);
    return system !== undefined && system.department === certificate.organization ? system.id : UNKNOWN_CALLER;
  };
}
