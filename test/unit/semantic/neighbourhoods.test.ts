import { describe, expect, it } from 'vitest';
import { neighbourhoodsOf } from '../../../src/semantic/neighbourhoods.ts';

const shared = (type: string, one: string, other: string): boolean => {
  const near = new Set(neighbourhoodsOf({ type, value: one }));
  return neighbourhoodsOf({ type, value: other }).some((shares) => near.has(shares));
};

describe('who is close to whom', () => {
  it('are two of one place and day, and two of one place whose numbers end alike', () => {
    expect(shared('cn.resident-id', '110199199003071006', '110199199003071014')).toBe(true);
    expect(shared('cn.resident-id', '110199199003071006', '110199198511231006')).toBe(true);
    expect(shared('cn.resident-id', '110199199003071006', '110199198511231022')).toBe(false);
    expect(shared('cn.resident-id', '110199199003071006', '110299199003071006')).toBe(false);
  });

  it('are numbers that count on, whatever check characters follow', () => {
    expect(shared('cn.mobile', '19900001234', '19900001987')).toBe(true);
    expect(shared('cn.mobile', '19900001234', '19900002234')).toBe(false);
    expect(shared('cn.uscc', '91110199MA0000012A', '91110199MA0000039K')).toBe(true);
    expect(shared('/orderNumber', 'WO-20260301-000017', 'WO-20260301-000018')).toBe(true);
  });

  it('is nobody whose value is too short to have a front', () => {
    expect(neighbourhoodsOf({ type: '/kind', value: '12' })).toEqual([]);
  });
});
