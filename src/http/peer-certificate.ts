import { createHash } from 'node:crypto';
import type { Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import type { PeerCertificate } from '../domain/party.ts';

/** The certificate of the other side, if it has one that a trusted authority issued and that is valid now. */
export function peerCertificate(socket: Socket): PeerCertificate | undefined {
  if (!(socket instanceof TLSSocket) || !socket.authorized) return undefined;
  const certificate = socket.getPeerCertificate();
  if (certificate.raw === undefined) return undefined;
  const { CN: commonName, O: organization } = certificate.subject;
  // A subject with two CNs comes as a list: which of them is meant is nobody's to guess.
  if (typeof commonName !== 'string' || typeof organization !== 'string') return undefined;
  return { commonName, organization, thumbprint: createHash('sha256').update(certificate.raw).digest('base64url') };
}
