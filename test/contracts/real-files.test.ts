import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadContracts } from '../../src/contract/load-contracts.ts';
import { readRecord } from '../../src/contract/read-record.ts';
import type { Contract } from '../../src/domain/contract.ts';
import type { JsonObject, JsonValue } from '../../src/domain/json.ts';
import { loadSnapshot } from '../../src/plan/load-snapshot.ts';
import { loadPolicies } from '../../src/policy/load-policies.ts';
import { withoutAnnotations } from '../../src/schema/profile.ts';

const { contracts, faults } = loadContracts('contracts');
const snapshot = loadSnapshot({ contractsDir: 'contracts', policiesDir: 'policies' });

const folderOf = ({ id }: Contract): string => join('contracts', ...id.split('.'));
const examplesOf = (contract: Contract, kind: 'valid' | 'invalid') =>
  readdirSync(join(folderOf(contract), 'examples', kind)).map((name) => ({
    name: `${contract.id} ${name}`,
    contract,
    body: readFileSync(join(folderOf(contract), 'examples', kind, name)),
  }));

/** A query about the very record: what a caller would have asked to get it. */
function queryAbout(contract: Contract, body: Uint8Array): JsonObject {
  const record = JSON.parse(Buffer.from(body).toString('utf8')) as JsonObject;
  const filters = contract.parameters.filter(({ use }) => use === 'filter');
  return Object.fromEntries(filters.map(({ name, field }) => [name, record[field.slice(1)] as JsonValue]));
}

describe('the contracts and policies of this project', () => {
  it('have no fault', () => {
    expect(faults).toEqual([]);
    expect(loadPolicies('policies').faults).toEqual([]);
    expect(snapshot.contracts.size).toBe(contracts.length);
    expect(snapshot.plans).toHaveLength(readdirSync('policies/grants').length);
  });

  it.each(['contracts', './contracts', 'contracts/', './contracts//', join(process.cwd(), 'contracts')])(
    'are found at %s',
    (root) => {
      expect(loadContracts(root).contracts.map(({ id }) => id)).toEqual(contracts.map(({ id }) => id));
    },
  );

  it.each(contracts)('show a valid and an invalid record at least: $id', (contract) => {
    expect(examplesOf(contract, 'valid').length).toBeGreaterThan(0);
    expect(examplesOf(contract, 'invalid').length).toBeGreaterThan(0);
  });

  it.each(contracts.flatMap((contract) => examplesOf(contract, 'valid')))('accept $name', ({ contract, body }) => {
    const query = queryAbout(contract, body);
    expect(contract.checkQuery(query)).toEqual([]);
    expect(readRecord(contract, body, query)).toEqual({ record: JSON.parse(body.toString('utf8')) as JsonObject });
  });

  it.each(contracts.flatMap((contract) => examplesOf(contract, 'invalid')))('refuse $name', ({ contract, body }) => {
    const reading = readRecord(contract, body, queryAbout(contract, body));
    expect(reading).toEqual({
      broken: [expect.objectContaining({ rule: expect.not.stringMatching('another-subject') })],
    });
  });

  it.each(contracts.flatMap((contract) => examplesOf(contract, 'valid')))(
    'refuse it as an answer about somebody else: $name',
    ({ contract, body }) => {
      const [filter] = contract.parameters.filter(({ use }) => use === 'filter');
      const other = { [filter?.name ?? '']: '110199199001010014' };
      expect(readRecord(contract, body, other)).toEqual({
        broken: [{ pointer: filter?.field, rule: 'another-subject' }],
      });
    },
  );

  it('find one plan for a need, and none for any other', () => {
    const need = {
      system: 'hotline.agent-desk',
      contract: 'government-services.work-order.v1',
      purpose: 'hotline-call-back',
    };
    expect(snapshot.findPlan(need)?.grant.id).toBe('hotline-call-back');
    expect(snapshot.findPlan({ ...need, purpose: 'open-a-shop' })).toBeUndefined();
    expect(snapshot.findPlan({ ...need, system: 'taxation.tax-registration' })).toBeUndefined();
    expect(snapshot.findPlan({ ...need, contract: 'government-services.work-order.v2' })).toBeUndefined();
  });

  it.each(snapshot.plans.map(({ grant, derivedSchema }) => ({ id: grant.id, derivedSchema })))(
    'show consumers no annotation: $id',
    ({ derivedSchema }) => {
      expect(JSON.stringify(derivedSchema)).not.toMatch(/"x-|\$comment/);
      expect(withoutAnnotations(derivedSchema)).toEqual(derivedSchema);
    },
  );
});
