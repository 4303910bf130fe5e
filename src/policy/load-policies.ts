import { existsSync, readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { Ceiling } from '../domain/ceiling.ts';
import type { Fault } from '../domain/fault.ts';
import type { LegalBasis, Purpose } from '../domain/grant.ts';
import type { Department, System } from '../domain/party.ts';
import type { QuotaPolicy } from '../domain/quota.ts';
import { type FileCheck, fileCheck } from '../schema/checker.ts';
import { readJsonFile } from '../schema/read-json-file.ts';
import { type CeilingFile, DepartmentsFile, LegalBasesFile, PurposesFile, SystemsFile } from './policy-files.ts';
import { QuotasFile } from './quota-file.ts';
import { type GrantSource, grantFaults, readGrant } from './read-grant.ts';

export interface Policies {
  readonly departments: ReadonlyMap<string, Department>;
  readonly systems: ReadonlyMap<string, System>;
  readonly purposes: ReadonlyMap<string, Purpose>;
  /** Undefined only where its file is at fault. */
  readonly quotas: QuotaPolicy | undefined;
  readonly grants: readonly GrantSource[];
}

const checks = {
  departments: fileCheck(DepartmentsFile),
  systems: fileCheck(SystemsFile),
  legalBases: fileCheck(LegalBasesFile),
  purposes: fileCheck(PurposesFile),
  quotas: fileCheck(QuotasFile),
};

/** Everything below `policies/`, read and checked against each other. Whether a grant fits its contract is the plan's to say. */
export function loadPolicies(root: string): { readonly policies: Policies; readonly faults: readonly Fault[] } {
  const faults: Fault[] = [];
  const read = <T>(name: string, check: FileCheck<T>): T | undefined => {
    const { content, faults: found } = readJsonFile(join(root, name), join(root, name), check);
    faults.push(...found);
    return content;
  };
  const index = <T extends { readonly id: string }>(name: string, items: readonly T[]): ReadonlyMap<string, T> => {
    faults.push(...repeated(join(root, name), items));
    return new Map(items.map((item) => [item.id, item]));
  };
  const legalBases = index(
    'legal-bases.json',
    (read('legal-bases.json', checks.legalBases)?.legalBases ?? []).map(withCeiling),
  );
  const purposes = read('purposes.json', checks.purposes)?.purposes ?? [];
  const policies: Policies = {
    departments: index(
      'departments.json',
      (read('departments.json', checks.departments)?.departments ?? []).map(withCeiling),
    ),
    systems: index('systems.json', read('systems.json', checks.systems)?.systems ?? []),
    purposes: index(
      'purposes.json',
      purposes.map(({ legalBasis, ceiling, ...purpose }) => ({
        ...purpose,
        ceiling: ceilingOf(ceiling),
        legalBasis: legalBasis.flatMap((id) => legalBases.get(id) ?? []),
      })),
    ),
    quotas: read('quotas.json', checks.quotas),
    grants: grantNames(root).flatMap((name) => {
      const { source, faults: found } = readGrant(join(root, 'grants', name));
      faults.push(...found);
      return source ?? [];
    }),
  };
  if (faults.length === 0)
    faults.push(
      ...basisFaults(root, purposes, legalBases),
      ...systemFaults(join(root, 'systems.json'), policies),
      ...policies.grants.flatMap((source) => [...nameFaults(source), ...grantFaults(source, policies)]),
    );
  return { policies, faults };
}

function withCeiling<T extends { readonly ceiling?: CeilingFile }>(
  item: T,
): Omit<T, 'ceiling'> & { readonly ceiling?: Ceiling } {
  const { ceiling, ...rest } = item;
  return ceiling === undefined ? rest : { ...rest, ceiling: ceilingOf(ceiling) };
}

function ceilingOf(ceiling: CeilingFile): Ceiling {
  return Object.fromEntries(
    Object.entries(ceiling).map(([type, names]) => [type, typeof names === 'string' ? [names] : names]),
  );
}

function grantNames(root: string): readonly string[] {
  const folder = join(root, 'grants');
  return existsSync(folder)
    ? readdirSync(folder)
        .filter((name) => name.endsWith('.json'))
        .sort()
    : [];
}

function nameFaults({ file, grant }: GrantSource): readonly Fault[] {
  if (grant.id === basename(file, '.json')) return [];
  return [{ file, pointer: '/id', message: 'the id is not the name of the file', remedy: 'Rename one of them.' }];
}

function basisFaults(
  root: string,
  purposes: readonly { readonly id: string; readonly legalBasis: readonly string[] }[],
  legalBases: ReadonlyMap<string, LegalBasis>,
): readonly Fault[] {
  const known = new Set(purposes.map(({ id }) => id));
  const unknown = purposes.flatMap(({ id, legalBasis }) =>
    legalBasis
      .filter((basis) => !legalBases.has(basis))
      .map((basis) => ({
        file: join(root, 'purposes.json'),
        pointer: '',
        message: `the purpose ${id} rests on ${basis}, which is not registered`,
        remedy: 'Register it in legal-bases.json.',
      })),
  );
  const astray = [...legalBases.values()].flatMap(({ id, covers }) =>
    covers
      .filter((purpose) => !known.has(purpose))
      .map((purpose) => ({
        file: join(root, 'legal-bases.json'),
        pointer: '',
        message: `the legal basis ${id} covers ${purpose}, which is no purpose`,
        remedy: 'Register the purpose, or take it out.',
      })),
  );
  return [...unknown, ...astray];
}

function repeated(file: string, items: readonly { readonly id: string }[]): readonly Fault[] {
  const seen = new Set<string>();
  return items.flatMap(({ id }) => {
    if (!seen.has(id)) return seen.add(id) && [];
    return [{ file, pointer: '', message: `the id ${id} stands twice`, remedy: 'Give each its own id.' }];
  });
}

function systemFaults(file: string, { systems, departments }: Policies): readonly Fault[] {
  return [...systems.values()].flatMap(({ id, department }) => {
    if (departments.has(department) && id.startsWith(`${department}.`)) return [];
    return [
      {
        file,
        pointer: '',
        message: `the system ${id} belongs to no department`,
        remedy: 'Use department.name as its id and list the department.',
      },
    ];
  });
}
