import { X509Certificate } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readAuthorities } from '../../../src/certificates/authority.ts';
import { hexOf } from '../../../src/certificates/der.ts';
import { readRevocationLists } from '../../../src/certificates/revocation-list.ts';
import { readSigned } from '../../../src/certificates/signature.ts';
import { FaultsError } from '../../../src/domain/fault.ts';
import { asPem, issueAuthority, issueCertificate, issueList } from '../../support/issue-certificate.ts';

const issuer = issueAuthority('issuer');
const revoked = Array.from({ length: 20 }, () => issueCertificate({ subject: [['CN', 'x']], issuer, bits: 1024 }).cert);
const good = issueList({ issuer, revoked });

function messageOf(read: () => unknown): string | undefined {
  try {
    read();
    return undefined;
  } catch (error) {
    if (!(error instanceof FaultsError)) throw error;
    return error.faults[0]?.message;
  }
}

describe('a revocation list', () => {
  it('says what is revoked, and when it and the next were made, as another library wrote it', () => {
    const [list] = readRevocationLists('x', good);
    const [authority] = readAuthorities('x', Buffer.from(issuer.cert));
    if (list === undefined || authority === undefined) throw new Error('nothing was read');
    expect(list.isSignedBy(authority)).toBe(true);
    expect(list.nextUpdate - list.thisUpdate).toBe(8 * 86_400_000);
    for (const pem of revoked) expect(list.has(new X509Certificate(pem).serialNumber)).toBe(true);
    expect(list.has('ABCDEF')).toBe(false);
    expect(list.has('00')).toBe(false);
  });

  it('may be several in one file of PEM', () => {
    expect(readRevocationLists('x', Buffer.from(asPem(good) + asPem(issueList({ issuer }))))).toHaveLength(2);
  });

  it.for<[string, Uint8Array, string]>([
    ['nothing', Buffer.alloc(0), 'cannot be read'],
    ['text', Buffer.from('-----BEGIN X509 CRL-----\n*\n-----END X509 CRL-----\n'), 'cannot be read'],
    ['one cut off', good.subarray(0, -1), 'cannot be read'],
    ['one with something behind it', Buffer.concat([good, Buffer.alloc(1)]), 'cannot be read'],
    ['one without an end', issueList({ issuer, updates: [-1, undefined] }), 'when the next is due'],
    ['one with a critical extension', issueList({ issuer, critical: true }), 'critical extension'],
    ['one of more than 4 MiB', Buffer.alloc(4 * 1024 * 1024 + 1), 'too large'],
  ])('that is %s is refused', ([, content, message]) => {
    expect(messageOf(() => readRevocationLists('x', content))).toContain(message);
  });

  it('that was changed anywhere in what is signed is refused or signed by nobody', () => {
    const [authority] = readAuthorities('x', Buffer.from(issuer.cert));
    if (authority === undefined) throw new Error('nothing was read');
    fc.assert(
      fc.property(fc.nat(good.length - 1), fc.integer({ min: 1, max: 255 }), (at, change) => {
        const changed = Buffer.from(good);
        changed[at] = (changed[at] ?? 0) ^ change;
        let signed = false;
        messageOf(() => {
          signed = readRevocationLists('x', changed).some((list) => list.isSignedBy(authority));
        });
        return !signed || hexOf(readSigned(changed).toBeSigned.whole) === hexOf(readSigned(good).toBeSigned.whole);
      }),
    );
  });

  it('of any bytes at all is a list or a fault, and nothing else happens', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 200 }),
        (bytes) => messageOf(() => readRevocationLists('x', bytes)) !== '',
      ),
    );
  });
});

describe('a file of authorities', () => {
  it('may have several, and none that is no authority’s', () => {
    const other = issueAuthority('other');
    expect(readAuthorities('x', Buffer.from(`# ours\n${issuer.cert}${other.cert}`))).toHaveLength(2);
    const system = issueCertificate({ subject: [['CN', 'x']], issuer });
    expect(messageOf(() => readAuthorities('x', Buffer.from(issuer.cert + system.cert)))).toContain('no authority');
    expect(messageOf(() => readAuthorities('x', Buffer.from('')))).toContain('there is no certificate');
    const broken = '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n';
    expect(messageOf(() => readAuthorities('x', Buffer.from(issuer.cert + broken)))).toContain('cannot be read');
  });
});
