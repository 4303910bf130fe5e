import type { X509Certificate } from 'node:crypto';
import type { UnprovenReason } from '../domain/party.ts';
import { validityOf } from './authority.ts';
import type { DepartmentTrust } from './client-trust.ts';
import { isIssuedBy } from './signature.ts';

/** A certificate and those that came with it, which prove nothing by themselves. */
export interface Presented {
  readonly certificate: X509Certificate;
  readonly sent: readonly X509Certificate[];
}

/** One way from a certificate to an authority of the department; good at a time, or not. */
export interface Path {
  readonly notBefore: number;
  readonly notAfter: number;
  /** Until when every revocation list on it is current; -Infinity if one is missing. */
  readonly listsUntil: number;
  readonly revoked: boolean;
}

/** Between a certificate and the authority that is listed. */
const MOST_INTERMEDIATES = 2;

const NOWHERE: Path = {
  notBefore: Number.NEGATIVE_INFINITY,
  notAfter: Number.POSITIVE_INFINITY,
  listsUntil: Number.POSITIVE_INFINITY,
  revoked: false,
};

/**
 * Every path to an authority of the department. Signatures are verified here, link by link: which authority OpenSSL
 * found at the handshake is not asked, because it knows those of all departments and may have found another's, and
 * names alone prove nothing, because every authority can issue an intermediate of any name.
 */
export function pathsTo(department: DepartmentTrust, { certificate, sent }: Presented): readonly Path[] {
  return climb(certificate, { department, sent: sent.slice(0, MOST_INTERMEDIATES + 1) }, MOST_INTERMEDIATES);
}

interface Ground {
  readonly department: DepartmentTrust;
  readonly sent: readonly X509Certificate[];
}

function climb(certificate: X509Certificate, ground: Ground, intermediates: number): readonly Path[] {
  const { department, sent } = ground;
  const listed = department.authorities
    .filter((authority) => isIssuedBy(certificate, authority.certificate))
    .map((authority) => narrowed(narrowed(NOWHERE, authority), linkOf(certificate, authority.certificate, department)));
  if (intermediates === 0) return listed;
  const others = sent
    .filter((issuer) => isIssuedBy(certificate, issuer))
    .flatMap((issuer) =>
      climb(issuer, ground, intermediates - 1).map((path) => narrowed(path, linkOf(certificate, issuer, department))),
    );
  return [...listed, ...others];
}

function linkOf(certificate: X509Certificate, issuer: X509Certificate, { lists }: DepartmentTrust): Path {
  const validity = validityOf(certificate);
  if (lists === undefined) return { ...NOWHERE, ...validity };
  const list = lists.get(issuer.fingerprint256);
  return {
    ...validity,
    listsUntil: list?.nextUpdate ?? Number.NEGATIVE_INFINITY,
    revoked: list?.has(certificate.serialNumber) ?? false,
  };
}

function narrowed(path: Path, link: Partial<Path> & Pick<Path, 'notBefore' | 'notAfter'>): Path {
  return {
    notBefore: Math.max(path.notBefore, link.notBefore),
    notAfter: Math.min(path.notAfter, link.notAfter),
    listsUntil: Math.min(path.listsUntil, link.listsUntil ?? Number.POSITIVE_INFINITY),
    revoked: path.revoked || link.revoked === true,
  };
}

/** Why none of the paths is good now; undefined if one is. */
export function whyUnproven(paths: readonly Path[], nowMs: number): UnprovenReason | undefined {
  const reasons = paths.map((path) => wrongWith(path, nowMs));
  if (reasons.includes(undefined)) return undefined;
  return reasons[0] ?? 'unknown-authority';
}

function wrongWith({ notBefore, notAfter, listsUntil, revoked }: Path, nowMs: number): UnprovenReason | undefined {
  if (revoked) return 'revoked';
  if (nowMs < notBefore) return 'not-yet-valid';
  if (nowMs > notAfter) return 'expired';
  return nowMs > listsUntil ? 'revocation-unknown' : undefined;
}
