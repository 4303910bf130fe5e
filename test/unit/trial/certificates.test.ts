import { X509Certificate } from 'node:crypto';
import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { isIssuedBy } from '../../../src/certificates/signature.ts';
import { makeDevelopmentCertificates } from '../../../src/trial/certificates.ts';
import { scratchFolder } from '../../support/scratch-folder.ts';

const PARTIES = {
  systems: [
    { id: 'one.a', department: 'one' },
    { id: 'two.b', department: 'two' },
  ],
  sources: ['one.register'],
};

const read = (folder: string, name: string) => new X509Certificate(readFileSync(join(folder, name)));
const all = (folder: string) =>
  new Map(
    readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.pem'))
      .map((name) => [name, readFileSync(join(folder, name), 'utf8')]),
  );

describe('certificates for a laptop', () => {
  it('have one authority a department, which alone issued those of its systems, and are good for a month', () => {
    const folder = scratchFolder();
    makeDevelopmentCertificates(folder, PARTIES);
    const authorities = ['client-cas/one/ca.pem', 'client-cas/two/ca.pem', 'ca.pem'].map((name) => read(folder, name));
    const issuers = (name: string) => authorities.map((authority) => isIssuedBy(read(folder, name), authority));
    expect(issuers('systems/one.a.pem')).toEqual([true, false, false]);
    expect(issuers('systems/two.b.pem')).toEqual([false, true, false]);
    expect(issuers('gateway.pem')).toEqual([false, false, true]);
    expect(issuers('sources/one.register.pem')).toEqual([false, false, true]);
    const days = (Date.parse(read(folder, 'gateway.pem').validTo) - Date.now()) / 86_400_000;
    expect(Math.round(days)).toBe(30);
    expect(readdirSync(join(folder, 'client-cas/one'))).toEqual(['ca.pem']);
  });

  it('stay as they are while they last', () => {
    const folder = scratchFolder();
    makeDevelopmentCertificates(folder, PARTIES);
    const before = all(folder);
    makeDevelopmentCertificates(folder, PARTIES);
    expect(all(folder)).toEqual(before);
  });

  it('are all made anew that end soon, with their authorities', () => {
    const folder = scratchFolder();
    // An hour of each day is gone from the start: a hundredth of a day leaves less than a third.
    makeDevelopmentCertificates(folder, PARTIES, { days: 0.01 });
    const before = all(folder);
    makeDevelopmentCertificates(folder, PARTIES);
    for (const [name, content] of all(folder)) expect(content === before.get(name), name).toBe(false);
  });

  it('are made anew that an authority issued which is another now', () => {
    const folder = scratchFolder();
    makeDevelopmentCertificates(folder, PARTIES);
    const before = all(folder);
    rmSync(join(folder, 'client-cas/one/ca.pem'));
    makeDevelopmentCertificates(folder, PARTIES);
    const changed = [...all(folder)].filter(([name, content]) => content !== before.get(name)).map(([name]) => name);
    expect(changed.sort()).toEqual([
      'client-ca-keys/one.key.pem',
      'client-cas/one/ca.pem',
      'systems/one.a.key.pem',
      'systems/one.a.pem',
    ]);
  });
});
