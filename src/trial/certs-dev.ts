import { resolve } from 'node:path';
import { readEnvironment } from '../config/env.ts';
import { FaultsError } from '../domain/fault.ts';
import { loadPolicies } from '../policy/load-policies.ts';
import { makeDevelopmentCertificates } from './certificates.ts';
import { generateRegisters } from './data/registers.ts';

/** `npm run certs:dev`: makes what is missing in certs-dev and renews what ends soon. A running gateway follows. */
function certsDev(folder: string): void {
  const { policies } = loadPolicies(readEnvironment()['SHUQIAO_POLICIES_DIR'] ?? 'policies');
  const sources = generateRegisters().registers.map(({ source }) => source);
  makeDevelopmentCertificates(folder, { systems: [...policies.systems.values()], sources });
  process.stdout.write(`${folder}: certificates for a laptop, each good for more than ten days from now.\n`);
}

try {
  certsDev(resolve('certs-dev'));
} catch (error) {
  process.stderr.write(`${error instanceof FaultsError ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
