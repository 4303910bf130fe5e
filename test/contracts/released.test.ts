import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../src/domain/json.ts';
import { loadSnapshot } from '../../src/plan/load-snapshot.ts';
import { NOW } from '../support/circumstances.ts';

const { plans } = loadSnapshot({ contractsDir: 'contracts', policiesDir: 'policies' });

function example(name: string): JsonObject {
  return JSON.parse(readFileSync(`contracts/${name}.json`, 'utf8')) as JsonObject;
}

/** What the grant releases of the record, checked as it would be on the way out. */
function released(grant: string, record: JsonObject, query: JsonObject = {}): JsonObject {
  const plan = plans.find((plan) => plan.grant.id === grant);
  if (plan === undefined) throw new Error(`there is no grant ${grant}`);
  expect(plan.contract.checkRecord(record)).toEqual([]);
  const out = plan.project({ record, query, nowMs: NOW, wanted: undefined });
  expect(plan.checkReleased(out, false)).toEqual([]);
  return out;
}

const family = example('public-security/resident-identity/v1/examples/valid/family-of-three');
const alone = example('public-security/resident-identity/v1/examples/valid/old-number-no-household');
const arrears = example('taxation/tax-standing/v1/examples/valid/in-arrears');
const licence = example('market-regulation/business-licence/v1/examples/valid/sole-trader');
const order = example('government-services/work-order/v1/examples/valid/anonymous');

describe('open-a-shop-identity', () => {
  it('tells whether the name fits, a masked number and the status', () => {
    expect(released('open-a-shop-identity', family, { name: '欧阳修文' })).toEqual({
      nameMatches: true,
      residentIdMasked: '110105********002X',
      status: '正常',
    });
  });

  it('masks an old number so that no digit of the date stays, and says no to another name', () => {
    expect(released('open-a-shop-identity', alone, { name: '吉田' })).toEqual({
      nameMatches: false,
      residentIdMasked: '110105******002',
      status: '注销',
    });
  });

  it('says nothing about a name that was not asked', () => {
    expect(released('open-a-shop-identity', family)).toEqual({
      residentIdMasked: '110105********002X',
      status: '正常',
    });
  });

  it('releases nothing at all of a record whose number is none', () => {
    expect(() => released('open-a-shop-identity', { ...family, residentId: '110105194912310021' })).toThrow(
      expect.objectContaining({
        code: 'treatment.unfit',
        errors: [{ pointer: '/residentIdMasked', rule: 'cn.resident-id@1' }],
      }),
    );
  });
});

describe('survivor-benefit-household', () => {
  it('tells who survives, with a masked name and whether there is a number', () => {
    expect(released('survivor-benefit-household', family)).toEqual({
      status: '正常',
      household: {
        members: [
          { relation: '户主', name: '欧阳**', hasNumber: true },
          { relation: '配偶', name: '阿***·***', hasNumber: false },
        ],
      },
    });
  });

  it('says that there is no household where there is none', () => {
    expect(released('survivor-benefit-household', alone)).toEqual({ status: '注销', household: null });
  });

  it('redacts a name that is none, and gives the rest', () => {
    const household = { number: '110105001', members: [{ relation: '子', name: '未取名1', residentId: null }] };
    expect(released('survivor-benefit-household', { ...family, household })).toEqual({
      status: '正常',
      household: { members: [{ relation: '子', name: '****', hasNumber: false }] },
    });
  });

  it('keeps an empty household an empty household', () => {
    const household = { number: '110105001', members: [] };
    expect(released('survivor-benefit-household', { ...family, household })).toEqual({
      status: '正常',
      household: { members: [] },
    });
  });
});

describe('the other grants', () => {
  it('open-a-shop-tax tells whether there are arrears, and not how much', () => {
    expect(released('open-a-shop-tax', arrears)).toEqual({ hasArrears: true });
    expect(released('open-a-shop-tax', { ...arrears, arrearsFen: 0 })).toEqual({ hasArrears: false });
    expect(released('open-a-shop-tax', { ...arrears, arrearsFen: 1 })).toEqual({ hasArrears: true });
  });

  it('open-a-shop-insurance tells the status of the account', () => {
    const account = example('human-resources/social-insurance-account/v1/examples/valid/active');
    expect(released('open-a-shop-insurance', account)).toEqual({ accountStatus: '正常' });
  });

  it('tax-registration-licence tells what the register shows, and of shareholders who controls', () => {
    const shareholders = [
      { name: '欧阳修文', residentId: '11010519491231002X', shareBasisPoints: 5001 },
      { name: '张三', residentId: null, shareBasisPoints: 4999 },
    ];
    expect(released('tax-registration-licence', { ...licence, registeredCapitalFen: null, shareholders })).toEqual({
      creditCode: '91350100M000100Y43',
      name: '示例商贸有限公司',
      kind: '有限责任公司',
      status: '存续',
      capitalDeclared: false,
      legalRepresentative: { name: '张*' },
      shareholders: [
        { name: '欧***', holdsMajority: true },
        { name: '张*', holdsMajority: false },
      ],
    });
  });

  it('hotline-call-back tells an agent whom she calls, and leaves an unknown caller unknown', () => {
    expect(released('hotline-call-back', order)).toEqual({
      topic: '噪声扰民',
      status: '待办',
      caller: { name: null, mobile: '138****8000' },
    });
  });
});
