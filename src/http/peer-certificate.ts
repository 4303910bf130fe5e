import type { X509Certificate } from 'node:crypto';
import type { Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import type { ClientTrust } from '../certificates/client-trust.ts';
import { type Path, pathsTo, whyUnproven } from '../certificates/judge-certificate.ts';
import type { Clock } from '../domain/clock.ts';
import type { Peer, PeerCertificate, UnprovenReason } from '../domain/party.ts';
import { digest } from '../keys/commitment.ts';

export interface PeerNeeds {
  /** What is in force now; another object whenever it changed. */
  readonly trust: () => ClientTrust;
  readonly clock: Clock;
}

/** What of a connection stays the same as long as the same trust is in force. */
interface Judged {
  readonly trust: ClientTrust;
  readonly certificate: PeerCertificate;
  readonly paths: readonly Path[];
}

/**
 * Who the other side is, judged by the authorities, revocation lists and time of the moment it is asked. Only signatures
 * are remembered, for each connection: they do not change.
 */
export function peerCertificates({ trust, clock }: PeerNeeds): (socket: Socket) => Peer {
  const known = new WeakMap<TLSSocket, Judged>();
  return (socket) => {
    if (!(socket instanceof TLSSocket)) return unproven('no-certificate');
    const inForce = trust();
    let judged = known.get(socket);
    if (judged?.trust !== inForce) {
      const found = judge(socket, inForce);
      if (typeof found === 'string') return unproven(found);
      judged = found;
      known.set(socket, found);
    }
    const why = whyUnproven(judged.paths, clock.now());
    if (why !== undefined) return unproven(why);
    // OpenSSL looked at the whole chain at the handshake, at more than is looked at here: both have to agree.
    return socket.authorized ? { certificate: judged.certificate, unproven: undefined } : unproven('unknown-authority');
  };
}

function unproven(reason: UnprovenReason): Peer {
  return { certificate: undefined, unproven: reason };
}

function judge(socket: TLSSocket, trust: ClientTrust): Judged | UnprovenReason {
  const certificate = socket.getPeerX509Certificate();
  if (certificate === undefined) return 'no-certificate';
  const { CN: commonName, O: organization } = certificate.toLegacyObject().subject;
  // A subject with two CNs comes as a list: which of them is meant is nobody's to guess.
  if (typeof commonName !== 'string' || typeof organization !== 'string') return 'unclear-subject';
  const department = trust.get(organization);
  return {
    trust,
    certificate: {
      commonName,
      organization,
      thumbprint: digest(certificate.raw),
    },
    paths: department === undefined ? [] : pathsTo(department, { certificate, sent: sentWith(certificate) }),
  };
}

/** In the order in which they came. */
function sentWith(certificate: X509Certificate): readonly X509Certificate[] {
  const sent: X509Certificate[] = [];
  let next = certificate.issuerCertificate;
  // The root, if it came, is its own issuer.
  while (
    next !== undefined &&
    sent.length < 8 &&
    !sent.some(({ fingerprint256 }) => fingerprint256 === next?.fingerprint256)
  ) {
    sent.push(next);
    next = next.issuerCertificate;
  }
  return sent;
}
