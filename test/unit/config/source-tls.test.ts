import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { openSourceTls } from '../../../src/config/source-tls.ts';
import { issueAuthority, issueCertificate } from '../../support/issue-certificate.ts';
import { scratchFolder } from '../../support/scratch-folder.ts';

const authority = issueAuthority('of sources');
const issue = () => issueCertificate({ subject: [['CN', 'gateway']], issuer: authority });

it('what the gateway shows a source follows its files, both of them and not before they fit', async () => {
  const [first, second] = [issue(), issue()];
  const folder = scratchFolder({ 'ca.pem': authority.cert, 'own.pem': first.cert, 'own.key': first.key });
  const at = (name: string): string => join(folder, name);
  const clock = { time: 0, now: () => clock.time };
  const files = { ca: at('ca.pem'), cert: at('own.pem'), key: at('own.key') };
  const tls = openSourceTls({ environment: 'production' }, files, clock);
  const before = await tls.current();
  expect(before).toEqual({ ca: authority.cert, ...first });
  const later = async () => {
    clock.time += 5000;
    return await tls.current();
  };
  expect(await later()).toBe(before);
  writeFileSync(at('own.pem'), second.cert);
  expect(await later()).toBe(before);
  writeFileSync(at('own.key'), second.key);
  expect(await tls.current()).toBe(before);
  const after = await later();
  expect(after).toEqual({ ca: authority.cert, ...second });
  writeFileSync(at('ca.pem'), '');
  writeFileSync(at('own.pem'), 'nothing');
  expect(await later()).toBe(after);
});
