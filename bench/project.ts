import type { Contract } from '../src/domain/contract.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../src/domain/json.ts';
import type { Plan } from '../src/domain/plan.ts';
import { parseStrictJson } from '../src/domain/strict-json.ts';
import { compilePlan } from '../src/plan/compile-plan.ts';
import { compileBench } from './compile.ts';
import { manyPlansBench } from './many-plans.ts';
import { measure, mediansOf, ratio, type Unit } from './measure.ts';
import {
  ASCII_RECORD,
  CHINESE_RECORD,
  CONSUMER,
  contractOf,
  GRANTED_FIELDS,
  grantOf,
  PURPOSE,
  RECORD_SCHEMA,
} from './subject.ts';

type Report = Readonly<Record<string, unknown>>;

/** What projecting costs beside what any gateway pays that reads JSON and writes JSON. */
export function projectBench(): Report {
  const contract = contractOf(RECORD_SCHEMA);
  const plan = compilePlan({ grant: grantOf(GRANTED_FIELDS), contract, purpose: PURPOSE, consumer: CONSUMER });
  const chinese = measure(unitsOf(CHINESE_RECORD, contract, plan));
  const ascii = measure(unitsOf(ASCII_RECORD, contract, plan));
  return {
    floorOverFull: ratio(chinese, 'floor', 'full'),
    floorOverFullAscii: ratio(ascii, 'floor', 'full'),
    withContractCheck: ratio(chinese, 'floor', 'fullContractChecked'),
    withAllChecks: ratio(chinese, 'floor', 'fullAllChecked'),
    passthroughOverFull: ratio(chinese, 'passthrough', 'full'),
    cpuMicroseconds: { chinese: mediansOf(chinese), ascii: mediansOf(ascii) },
    bytes: { chinese: sizesOf(CHINESE_RECORD, plan), ascii: sizesOf(ASCII_RECORD, plan) },
    ...compileBench(),
    cachedPlans5000: manyPlansBench(),
  };
}

function unitsOf(source: JsonObject, contract: Contract, plan: Plan): readonly Unit[] {
  const bytes = Buffer.from(JSON.stringify(source));
  const released = project(plan, source);
  refuseFaults(contract.checkRecord(source), plan.checkReleased(released, false));
  const strictly = (): JsonObject => objectOf(parseStrictJson(bytes));
  return [
    {
      name: 'floor',
      run: () => {
        const record: unknown = JSON.parse(bytes.toString('utf8'));
        return record === undefined ? 0 : write(released);
      },
    },
    { name: 'full', run: () => write(project(plan, strictly())) },
    { name: 'passthrough', run: () => write(JSON.parse(bytes.toString('utf8'))) },
    {
      name: 'fullContractChecked',
      run: () => {
        const record = strictly();
        refuseFaults(contract.checkRecord(record));
        return write(project(plan, record));
      },
    },
    {
      name: 'fullAllChecked',
      run: () => {
        const record = strictly();
        refuseFaults(contract.checkRecord(record));
        const out = project(plan, record);
        refuseFaults(plan.checkReleased(out, false));
        return write(out);
      },
    },
  ];
}

function project(plan: Plan, record: JsonObject): JsonObject {
  return plan.project({ record, query: {}, nowMs: 0, wanted: undefined });
}

function write(value: unknown): number {
  return Buffer.from(JSON.stringify(value)).length;
}

function objectOf(value: JsonValue): JsonObject {
  if (!isJsonObject(value)) throw new TypeError('the record of the benchmark is no object');
  return value;
}

function refuseFaults(...faults: readonly (readonly unknown[])[]): void {
  if (faults.some((found) => found.length > 0)) throw new TypeError('the benchmark would measure refusals');
}

function sizesOf(record: JsonObject, plan: Plan): Report {
  return { record: write(record), released: write(project(plan, record)), fields: plan.fields.length };
}
