import { describe, expect, it } from 'vitest';
import { contextOf } from '../../../src/data-plane/3-fetch/context-of.ts';
import type { LegalBasis } from '../../../src/domain/grant.ts';
import { loadSnapshot } from '../../../src/plan/load-snapshot.ts';

const REGISTRATION = 'market-regulation.enterprise-registration';
const snapshot = loadSnapshot({ contractsDir: 'contracts', policiesDir: 'policies' });
const END = '2026-07-01T00:00:00+08:00';

describe('the context of an exchange', () => {
  it('names the legal bases that are in force, up to the very end of one', () => {
    const need = { system: REGISTRATION, contract: 'public-security.resident-identity.v1', purpose: 'open-a-shop' };
    const plan = snapshot.findPlan(need);
    const system = snapshot.systems.get(REGISTRATION);
    if (plan === undefined || system === undefined) throw new Error('the policies have no such grant');
    const basis = (id: string): LegalBasis => ({ id, instrument: 'made up', covers: ['open-a-shop'] });
    const purpose = { ...plan.purpose, legalBasis: [basis('lasting'), { ...basis('ending'), validUntil: END }] };
    const basesAt = (nowMs: number) =>
      contextOf(
        { exchange: 'x', system, plan: { ...plan, purpose } },
        { gatewayId: 'g', nowMs, body: new Uint8Array() },
      ).legalBases;
    expect(basesAt(Date.parse(END) - 1)).toEqual(['lasting', 'ending']);
    expect(basesAt(Date.parse(END))).toEqual(['lasting']);
  });
});
