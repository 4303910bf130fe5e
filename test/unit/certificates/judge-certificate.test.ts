import { X509Certificate } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { readAuthorities } from '../../../src/certificates/authority.ts';
import { departmentTrust } from '../../../src/certificates/client-trust.ts';
import { pathsTo, whyUnproven } from '../../../src/certificates/judge-certificate.ts';
import { readRevocationLists } from '../../../src/certificates/revocation-list.ts';
import { issueAuthority, issueCertificate, issueList } from '../../support/issue-certificate.ts';
import type { CertificateAndKey } from '../../support/other-certificates.ts';

const DAY_MS = 86_400_000;
const subject = [['CN', 'a.system']] as const;
const root = issueAuthority('root');
const sub = issueAuthority('sub', root);

interface Given {
  readonly listed: readonly CertificateAndKey[];
  readonly lists?: readonly Uint8Array[];
  readonly certificate: CertificateAndKey;
  readonly sent?: readonly CertificateAndKey[];
  readonly afterDays?: number;
}

function judge({ listed, lists, certificate, sent = [], afterDays = 0 }: Given): string | undefined {
  const trust = departmentTrust(
    listed.flatMap(({ cert }) => readAuthorities('ca.pem', Buffer.from(cert))),
    lists?.flatMap((list) => readRevocationLists('ca.crl', list)),
  );
  const presented = {
    certificate: new X509Certificate(certificate.cert),
    sent: sent.map(({ cert }) => new X509Certificate(cert)),
  };
  return whyUnproven(pathsTo(trust, presented), Date.now() + afterDays * DAY_MS);
}

describe('a certificate', () => {
  const certificate = issueCertificate({ subject, issuer: sub });

  it('is good if signatures lead to what is listed, wherever on the way that stands', () => {
    expect(judge({ listed: [sub], certificate })).toBeUndefined();
    expect(judge({ listed: [root], certificate, sent: [sub] })).toBeUndefined();
    expect(judge({ listed: [root], certificate, sent: [root, sub] })).toBeUndefined();
    expect(judge({ listed: [root], certificate })).toBe('unknown-authority');
    expect(judge({ listed: [], certificate, sent: [sub, root] })).toBe('unknown-authority');
  });

  it('is not good by names alone: what another signed under the name of a listed one', () => {
    const impostor = issueCertificate({ subject: [['CN', 'sub']], issuer: issueAuthority('another'), ca: true });
    const forged = issueCertificate({ subject, issuer: impostor });
    expect(judge({ listed: [sub], certificate: forged, sent: [impostor, sub] })).toBe('unknown-authority');
  });

  it('is good by a renewed authority of the same name and key, when the old one has ended', () => {
    const old = issueCertificate({ subject: [['CN', 'old']], ca: true, valid: [-9, -1] });
    const own = issueCertificate({ subject, issuer: old });
    expect(judge({ listed: [old], certificate: own })).toBe('expired');
    expect(judge({ listed: [sub], certificate, afterDays: 31 })).toBe('expired');
    expect(judge({ listed: [sub], certificate, afterDays: -2 })).toBe('not-yet-valid');
  });
});

describe('with revocation lists', () => {
  const certificate = issueCertificate({ subject, issuer: sub });
  const other = issueCertificate({ subject, issuer: sub });

  it('the newest of an authority counts', () => {
    const lists = [
      issueList({ issuer: sub, revoked: [certificate.cert], updates: [-1, 7] }),
      issueList({ issuer: sub, updates: [-2, 7] }),
    ];
    expect(judge({ listed: [sub], lists, certificate })).toBe('revoked');
    expect(judge({ listed: [sub], lists, certificate: other })).toBeUndefined();
    expect(judge({ listed: [sub], lists: lists.slice(1), certificate })).toBeUndefined();
  });

  it('every authority on the way needs a current one', () => {
    const listOfRoot = issueList({ issuer: root });
    expect(judge({ listed: [root], lists: [listOfRoot], certificate, sent: [sub] })).toBe('revocation-unknown');
    expect(judge({ listed: [root, sub], lists: [listOfRoot], certificate })).toBe('revocation-unknown');
    expect(
      judge({ listed: [root, sub], lists: [listOfRoot, issueList({ issuer: sub })], certificate }),
    ).toBeUndefined();
    expect(judge({ listed: [sub], lists: [issueList({ issuer: sub })], certificate, afterDays: 8 })).toBe(
      'revocation-unknown',
    );
    expect(judge({ listed: [sub], lists: [], certificate })).toBe('revocation-unknown');
  });

  it('an authority that the one above it revoked vouches for nobody', () => {
    const lists = [issueList({ issuer: root, revoked: [sub.cert] }), issueList({ issuer: sub })];
    expect(judge({ listed: [root, sub], lists, certificate })).toBe('unknown-authority');
    expect(judge({ listed: [root, sub], lists, certificate, sent: [sub] })).toBe('revoked');
  });

  it('one that is signed by another key, or by one that may not sign lists, is none', () => {
    const forged = issueList({ issuer: { cert: sub.cert, key: root.key }, revoked: [certificate.cert] });
    expect(judge({ listed: [sub], lists: [forged], certificate })).toBe('revocation-unknown');
  });
});
