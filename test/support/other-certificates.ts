import { cpSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inject } from 'vitest';
import { makeDevelopmentCertificates } from '../../src/trial/certificates.ts';

export interface CertificateAndKey {
  readonly cert: string;
  readonly key: string;
}

export interface OtherCertificates {
  readonly ca: string;
  system(id: string): CertificateAndKey;
}

/** Certificates that nobody registered, by the authorities that the gateway trusts or by others of the same names. */
export function makeOtherCertificates(
  authority: 'trusted' | 'another',
  systems: readonly { readonly id: string; readonly department: string }[],
): OtherCertificates {
  const folder = mkdtempSync(join(tmpdir(), 'shuqiao-other-certs-'));
  try {
    for (const name of authority === 'trusted' ? ['ca.pem', 'ca.key.pem', 'client-cas', 'client-ca-keys'] : [])
      cpSync(join(inject('certsDir'), name), join(folder, name), { recursive: true });
    makeDevelopmentCertificates(folder, { systems, sources: [] });
    const pem = (name: string): string => readFileSync(join(folder, name), 'utf8');
    const made = new Map(
      systems.map(({ id }) => [id, { cert: pem(`systems/${id}.pem`), key: pem(`systems/${id}.key.pem`) }]),
    );
    return {
      ca: pem('ca.pem'),
      system: (id) => {
        const pair = made.get(id);
        if (pair === undefined) throw new Error(`no certificate was made for ${id}`);
        return pair;
      },
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
