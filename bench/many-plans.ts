import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Snapshot } from '../src/domain/snapshot.ts';
import { loadSnapshot } from '../src/plan/load-snapshot.ts';
import { measure, mediansOf, ratio, type Unit } from './measure.ts';
import { CHINESE_RECORD, CONSUMER, CONTRACT_FILE, GRANTED_FIELDS, grantOf, PURPOSE, RECORD_SCHEMA } from './subject.ts';

const PLANS = 5000;
const SYSTEMS = 50;
// With no divisor in common with the number of plans: neighbours in memory are not asked for one after another.
const STRIDE = 1777;

type Need = Parameters<Snapshot['findPlan']>[0];

/** What it costs to hold many plans in one snapshot, and whether a request is any slower for it. */
export function manyPlansBench(): Readonly<Record<string, unknown>> {
  const one = loaded(1);
  const before = heapUsed();
  const many = loaded(PLANS);
  const heapBytesPerPlan = Math.round((heapUsed() - before) / PLANS);
  const measured = measure([lookups('one', one, 1), lookups('many', many, PLANS)]);
  return {
    plans: many.plans.length,
    heapBytesPerPlan,
    microseconds: mediansOf(measured),
    manyOverOne: ratio(measured, 'many', 'one'),
  };
}

function lookups(name: string, snapshot: Snapshot, plans: number): Unit {
  const needs = Array.from({ length: plans }, (_, at) => needOf((at * STRIDE) % plans));
  let next = 0;
  return {
    name,
    run: () => {
      next = (next + 1) % plans;
      const need = needs[next];
      const plan = need === undefined ? undefined : snapshot.findPlan(need);
      if (plan === undefined) return Number.NaN;
      return Object.keys(plan.project({ record: CHINESE_RECORD, query: {}, nowMs: 0, wanted: undefined })).length;
    },
  };
}

function heapUsed(): number {
  const { gc } = globalThis;
  if (gc === undefined) throw new TypeError('run with --expose-gc');
  gc();
  gc();
  return process.memoryUsage().heapUsed;
}

function needOf(index: number): Need {
  return {
    system: `${CONSUMER.id}.system-${index % SYSTEMS}`,
    contract: CONTRACT_FILE.id,
    purpose: `${PURPOSE.id}-${Math.floor(index / SYSTEMS)}`,
  };
}

/** By the way of every snapshot: from files. */
function loaded(plans: number): Snapshot {
  const root = mkdtempSync(join(tmpdir(), 'shuqiao-bench-'));
  try {
    const folders = { contractsDir: join(root, 'contracts'), policiesDir: join(root, 'policies') };
    writeContract(folders.contractsDir);
    writePolicies(
      folders.policiesDir,
      Array.from({ length: plans }, (_, at) => needOf(at)),
    );
    return loadSnapshot(folders);
  } finally {
    rmSync(root, { recursive: true });
  }
}

function writeContract(contractsDir: string): void {
  const folder = join(contractsDir, ...CONTRACT_FILE.id.split('.'));
  mkdirSync(folder, { recursive: true });
  writeJson(join(folder, 'contract.json'), CONTRACT_FILE);
  writeJson(join(folder, 'schema.json'), RECORD_SCHEMA);
}

function writePolicies(policiesDir: string, needs: readonly Need[]): void {
  mkdirSync(join(policiesDir, 'grants'), { recursive: true });
  const purposes = [...new Set(needs.map(({ purpose }) => purpose))];
  const systems = [...new Set(needs.map(({ system }) => system))];
  const owner = { ...CONSUMER, id: 'public-security' };
  writeJson(join(policiesDir, 'departments.json'), { departments: [owner, CONSUMER] });
  writeJson(join(policiesDir, 'systems.json'), {
    systems: systems.map((id) => ({ id, department: CONSUMER.id, name: CONSUMER.name })),
  });
  writeJson(join(policiesDir, 'legal-bases.json'), {
    legalBases: PURPOSE.legalBasis.map((basis) => ({ ...basis, covers: purposes })),
  });
  copyFileSync('policies/quotas.json', join(policiesDir, 'quotas.json'));
  writeJson(join(policiesDir, 'purposes.json'), {
    purposes: purposes.map((id) => ({ ...PURPOSE, id, legalBasis: PURPOSE.legalBasis.map((basis) => basis.id) })),
  });
  for (const [index, { system, purpose }] of needs.entries()) {
    const id = `grant-${index}`;
    const consumer = { department: CONSUMER.id, systems: [system] };
    writeJson(join(policiesDir, 'grants', `${id}.json`), { ...grantOf(GRANTED_FIELDS), id, purpose, consumer });
  }
}

function writeJson(file: string, content: object): void {
  writeFileSync(file, JSON.stringify(content));
}
