import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../src/domain/json.ts';
import { parseMobile } from '../../../src/semantic/mobile.ts';
import { parseResidentId } from '../../../src/semantic/resident-id.ts';
import { cnUscc } from '../../../src/treatment/cn-uscc.ts';
import { formatPreserving } from '../../../src/treatment/format-preserving.ts';
import { UNFIT } from '../../../src/treatment/treatment.ts';
import { ASKED_NOTHING } from '../../support/circumstances.ts';
import { mobile, residentId } from '../../support/generate-values.ts';
import { TREATMENT_KEYS } from '../../support/treatment-keys.ts';

const SCOPE = { provider: 'public-security', consumer: 'taxation', purpose: 'p' };

function treat(semantic: string, scope: Partial<typeof SCOPE> = {}, parameters: JsonObject = { epoch: 1 }) {
  const site = { schema: { type: 'string', 'x-semantic': semantic }, parameters, matchParameters: [] };
  const treatOne = formatPreserving.compile(site, TREATMENT_KEYS.for({ ...SCOPE, ...scope }));
  return (value: string): string => {
    const out = treatOne(value, ASKED_NOTHING);
    return typeof out === 'string' ? out : '';
  };
}

describe('a number that keeps its form', () => {
  const id = treat('cn.resident-id');
  const born = residentId.filter((value) => value.slice(6, 8) !== '18');

  it('is a resident id of the same place with a date that exists and a right check digit, and never the same', () => {
    fc.assert(
      fc.property(born, (value) => {
        const out = id(value);
        expect(parseResidentId(out)).toEqual({ id: out, form: 18 });
        expect(out.slice(0, 6)).toBe(value.slice(0, 6));
        expect(out).not.toBe(value);
      }),
    );
  });

  it('is one to one: two people never become one', () => {
    const all = new Set<string>();
    for (let day = 1; day <= 28; day += 1)
      for (const sequence of ['001', '002', '003']) all.add(id(`1101994901${String(day).padStart(2, '0')}${sequence}`));
    expect(all.size).toBe(28 * 3);
  });

  it('of an old number is that of its eighteen digits', () => {
    expect(id('110105491231002')).toBe(id('11010519491231002X'));
  });

  it('is a mobile number of the same series', () => {
    const number = treat('cn.mobile');
    fc.assert(
      fc.property(mobile, (value) => {
        const out = number(value);
        expect(parseMobile(out)).toBe(out);
        expect(out.slice(0, 3)).toBe(value.slice(0, 3));
        expect(out).not.toBe(value);
      }),
    );
  });

  it('is another one for another department, purpose and epoch', () => {
    fc.assert(
      fc.property(born, (value) => {
        const others = [
          treat('cn.resident-id', { consumer: 'hotline' }),
          treat('cn.resident-id', { purpose: 'q' }),
          treat('cn.resident-id', {}, { epoch: 2 }),
        ].map((other) => other(value));
        expect(new Set([id(value), ...others]).size).toBe(4);
      }),
      { numRuns: 20 },
    );
  });

  it('is not made for who was born before 1900, nor of what is no number', () => {
    const site = {
      schema: { type: 'string', 'x-semantic': 'cn.resident-id' },
      parameters: { epoch: 1 },
      matchParameters: [],
    };
    const out = formatPreserving.compile(site, TREATMENT_KEYS.for(SCOPE));
    expect(out('440524188001010014', ASKED_NOTHING)).toBe(UNFIT);
    expect(out('11010519491231002Y', ASKED_NOTHING)).toBe(UNFIT);
  });
});

describe('a unified social credit code', () => {
  it.each([
    ['area', '91350100M000100Y43', '91350100**********'],
    ['organisation', '91350100m000100y43', '********M000100Y4*'],
    ['area', '91350100M000100Y44', UNFIT],
  ])('keeping the %s: %s', (keep, value, masked) => {
    const site = { schema: { type: 'string', 'x-semantic': 'cn.uscc' }, parameters: { keep }, matchParameters: [] };
    expect(cnUscc.compile(site, TREATMENT_KEYS.for(SCOPE))(value, ASKED_NOTHING)).toBe(masked);
  });
});
