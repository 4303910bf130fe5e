import { describe, expect, it } from 'vitest';
import { loadContracts } from '../../src/contract/load-contracts.ts';
import { readRecord } from '../../src/contract/read-record.ts';
import { parseResidentId } from '../../src/semantic/resident-id.ts';
import { parseUnifiedSocialCreditCode } from '../../src/semantic/unified-social-credit-code.ts';
import { generateRegisters } from '../../src/trial/data/registers.ts';

const data = generateRegisters();
const { contracts } = loadContracts('contracts');
const names = data.residents.map(({ name }) => name);

describe('the example data', () => {
  it('is the same every time', () => {
    expect(generateRegisters().residents).toEqual(data.residents);
    expect(generateRegisters().licences).toEqual(data.licences);
    expect(generateRegisters().workOrders).toEqual(data.workOrders);
  });

  it('has valid check digits, in counties that do not exist', () => {
    expect(data.residents.filter(({ residentId }) => parseResidentId(residentId) === undefined)).toEqual([]);
    expect(data.residents.filter(({ residentId }) => residentId.slice(4, 6) !== '99')).toEqual([]);
    expect(
      data.licences.filter(
        ({ creditCode }) => typeof creditCode !== 'string' || parseUnifiedSocialCreditCode(creditCode) === undefined,
      ),
    ).toEqual([]);
  });

  it.each([
    ['compound surnames', names.some((name) => name.startsWith('欧阳'))],
    ['names with a dot', names.some((name) => name.includes('·'))],
    ['characters of four bytes', names.some((name) => /[\u{10000}-\u{10FFFF}]/u.test(name))],
    ['old numbers of fifteen digits', data.residents.some(({ residentId }) => residentId.length === 15)],
    ['people without a telephone', data.residents.some(({ mobile }) => mobile === null)],
    ['people without a household', data.residents.some(({ household }) => household === null)],
    [
      'family members without a number',
      data.residents.some(({ household }) => household?.members.some(({ residentId }) => residentId === null)),
    ],
  ])('has %s', (_what, present) => {
    expect(present).toBe(true);
  });

  it('keeps the contracts, record for record, under the number and under the old number', () => {
    const queries = [
      ...data.residents.map(({ residentId }) => ({ residentId })),
      ...data.residents.map(({ residentId }) => ({ residentId: parseResidentId(residentId)?.id ?? '' })),
      ...data.licences.map(({ creditCode }) => ({ creditCode: creditCode ?? '' })),
      ...data.workOrders.map(({ orderNumber }) => ({ orderNumber: orderNumber ?? '' })),
    ];
    const found = data.registers.map(({ source, find }) => {
      const contract = contracts.find((contract) => contract.source.id === source);
      if (contract === undefined) throw new Error(`no contract for ${source}`);
      const records = queries.flatMap((query) => {
        const record = find(query);
        return record === undefined ? [] : [readRecord(contract, Buffer.from(JSON.stringify(record)), query)];
      });
      expect(records.filter((reading) => 'broken' in reading)).toEqual([]);
      return records.length;
    });
    expect(Math.min(...found)).toBeGreaterThan(20);
  });
});
