import type { Authority } from './authority.ts';
import type { RevocationList } from './revocation-list.ts';
import { isIssuedBy } from './signature.ts';

/** Whom the certificates of one department's systems may come from. */
export interface DepartmentTrust {
  readonly authorities: readonly Authority[];
  /**
   * The newest of each authority, by its fingerprint; undefined if the department keeps none. If it keeps any, each
   * authority that issued something needs one: a list that was lost must not let on whom it stopped.
   */
  readonly lists: ReadonlyMap<string, RevocationList> | undefined;
}

/** By department. What a department is not listed with proves nothing about its systems. */
export type ClientTrust = ReadonlyMap<string, DepartmentTrust>;

/** `lists` as they lie there, signed by whomever; undefined if none does. */
export function departmentTrust(
  authorities: readonly Authority[],
  lists: readonly RevocationList[] | undefined,
): DepartmentTrust {
  if (lists === undefined) return { authorities, lists: undefined };
  const newest = new Map<string, RevocationList>();
  for (const authority of authorities) {
    const [list] = lists
      .filter((each) => each.isSignedBy(authority))
      .sort((one, other) => other.thisUpdate - one.thisUpdate);
    if (list !== undefined) newest.set(authority.certificate.fingerprint256, list);
  }
  // An authority that another of the list revoked vouches for nobody, although its file is still there.
  const isRevoked = ({ certificate }: Authority): boolean =>
    authorities.some(
      (issuer) =>
        issuer.certificate.fingerprint256 !== certificate.fingerprint256 &&
        isIssuedBy(certificate, issuer.certificate) &&
        newest.get(issuer.certificate.fingerprint256)?.has(certificate.serialNumber) === true,
    );
  return { authorities: authorities.filter((authority) => !isRevoked(authority)), lists: newest };
}
