import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { SnapshotFolders } from '../../src/plan/load-snapshot.ts';
import type { PlanCase } from './generate-plan.ts';
import { REGISTRATION } from './harness.ts';
import { PLENTY } from './quotas.ts';

/** Where a case among many is: each has a contract, a purpose and a grant of its own. */
export interface CasePlace {
  readonly grant: string;
  readonly purpose: string;
  readonly contract: string;
  readonly exchangePath: string;
  /** At the one source that all of them have. */
  readonly sourcePath: string;
}

export const CASE_SOURCE = 'made-up.things';

export function placeOf(number: number): CasePlace {
  const [provider, resource] = [`provider-${number % 7}`, `thing-${number}`];
  return {
    grant: `grant-${number}`,
    purpose: `purpose-${number}`,
    contract: `${provider}.${resource}.v1`,
    exchangePath: `/exchange/${provider}/${resource}/v1`,
    sourcePath: `/${provider}/${resource}`,
  };
}

/** The files of these cases, as a deployment would have them. `remove` takes them away. */
export function writePlanCases(cases: readonly PlanCase[]): SnapshotFolders & { remove(): void } {
  const root = mkdtempSync(join(tmpdir(), 'shuqiao-test-'));
  const write = (name: string, content: object): void => {
    mkdirSync(dirname(join(root, name)), { recursive: true });
    writeFileSync(join(root, name), JSON.stringify(content));
  };
  const [consumer = ''] = REGISTRATION.split('.');
  const names = { en: 'made up', zh: '编造' };
  const providers = cases.map((_, number) => placeOf(number).contract.split('.')[0] ?? '');
  for (const [number, { files, grant }] of cases.entries()) {
    const { contract, sourcePath, purpose, grant: id } = placeOf(number);
    const folder = `contracts/${contract.replaceAll('.', '/')}`;
    write(`${folder}/contract.json`, {
      ...files.contract,
      id: contract,
      source: { id: CASE_SOURCE, path: sourcePath },
    });
    write(`${folder}/schema.json`, files.schema);
    const granted = { ...grant, id, contract, purpose, consumer: { department: consumer, systems: [REGISTRATION] } };
    write(`policies/grants/${id}.json`, { ...granted, validUntil: '2126-01-01T00:00:00Z' });
  }
  const purposes = cases.map((_, number) => placeOf(number).purpose);
  write('policies/departments.json', {
    departments: [consumer, ...new Set(providers)].map((id) => ({ id, name: names, clearance: 'important' })),
  });
  write('policies/systems.json', { systems: [{ id: REGISTRATION, department: consumer, name: names }] });
  write('policies/legal-bases.json', { legalBases: [{ id: 'basis', instrument: '令', covers: purposes }] });
  write('policies/quotas.json', PLENTY);
  write('policies/purposes.json', {
    purposes: purposes.map((id) => ({ id, name: names, legalBasis: ['basis'], ceiling: { '*': 'exact' } })),
  });
  return {
    contractsDir: join(root, 'contracts'),
    policiesDir: join(root, 'policies'),
    remove: () => rmSync(root, { recursive: true }),
  };
}
