import type { Ceiling } from './ceiling.ts';
import type { Classification } from './classification.ts';

/** A name in the two languages that the documents and screens show. */
export interface Names {
  readonly en: string;
  readonly zh: string;
}

/** 部门 */
export interface Department {
  readonly id: string;
  readonly name: Names;
  /** 可接触级别: of fields graded above it the department gets yes or no, and nothing finer. */
  readonly clearance: Classification;
  /** Absent where the department has no limit of its own. */
  readonly ceiling?: Ceiling;
}

/** 应用系统: a client of a department, and the only thing that can call. Its id is `department.name`. */
export interface System {
  readonly id: string;
  readonly department: string;
  readonly name: Names;
  /** Each of its requests has to be signed by a registered key of it. */
  readonly requestSignature?: 'required';
}

/** Why a connection proves nobody. For the log, metrics and the ledger; the caller is told that it is so, and no more. */
export const UNPROVEN_REASONS = [
  'no-certificate',
  'unclear-subject',
  'unknown-authority',
  'not-yet-valid',
  'expired',
  'revoked',
  'revocation-unknown',
] as const;
export type UnprovenReason = (typeof UNPROVEN_REASONS)[number];

/** The other side of a connection, as judged for one request. */
export type Peer =
  | { readonly certificate: PeerCertificate; readonly unproven: undefined }
  | { readonly certificate: undefined; readonly unproven: UnprovenReason };

/** What TLS proved about the other side of a connection. */
export interface PeerCertificate {
  /** CN: the id of the system. */
  readonly commonName: string;
  /** O: the id of its department. */
  readonly organization: string;
  /** SHA-256 of the certificate (DER), base64url: the form of `x5t#S256` (RFC 8705 §3.1). */
  readonly thumbprint: string;
}
