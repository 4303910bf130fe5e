import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseResidentId } from '../../../src/semantic/resident-id.ts';
import { isSameValue } from '../../../src/semantic/same-value.ts';
import { anyText, safeJson } from '../../support/generate-json.ts';
import { oldResidentId } from '../../support/generate-values.ts';

const meaning = (semantic: string) => ({ type: 'string', 'x-semantic': semantic });

describe('two values of one field', () => {
  it.each([
    ['cn.resident-id', '110105491231002', '11010519491231002x'],
    ['cn.uscc', '91350100m000100y43', '91350100M000100Y43'],
    ['cn.mobile', '+86 13800138000', '13800138000'],
    ['cn.name', '阿卜杜拉•买买提', '阿卜杜拉·买买提'],
  ])('mean the same in their own spellings (%s)', (semantic, one, other) => {
    expect(isSameValue(meaning(semantic), one, other)).toBe(true);
    expect(isSameValue(meaning(semantic), other, one)).toBe(true);
    expect(isSameValue({ type: 'string' }, one, other)).toBe(false);
  });

  it.each([
    ['cn.resident-id', '440524188001010014', '11010519491231002X'],
    ['cn.mobile', '13800138000', '13800138001'],
    ['cn.name', '张三', '张三丰'],
  ])('that differ do not mean the same (%s)', (semantic, one, other) => {
    expect(isSameValue(meaning(semantic), one, other)).toBe(false);
  });

  it('are an old number and the new one of the same person', () => {
    fc.assert(
      fc.property(oldResidentId, (old) => {
        expect(isSameValue(meaning('cn.resident-id'), old, parseResidentId(old)?.id ?? '')).toBe(true);
      }),
    );
  });

  it('that are not what the field is are the same as nothing, not even as themselves', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        fc.pre(parseResidentId(text) === undefined);
        expect(isSameValue(meaning('cn.resident-id'), text, text)).toBe(false);
      }),
    );
    expect(isSameValue(meaning('cn.resident-id'), 110105491231002, 110105491231002)).toBe(false);
  });

  it('without a meaning are the same if they are equal scalars of one type', () => {
    fc.assert(
      fc.property(safeJson, (value) => {
        const scalar = value !== null && typeof value !== 'object';
        expect(isSameValue({ type: 'string' }, value, value)).toBe(scalar);
      }),
    );
    expect(isSameValue({ type: 'integer' }, 1, '1')).toBe(false);
    expect(isSameValue({ type: 'boolean' }, false, 0)).toBe(false);
    expect(isSameValue({ type: 'string' }, '', null)).toBe(false);
    expect(isSameValue({ type: ['null', 'string'] }, null, null)).toBe(false);
  });

  it('of a meaning that nobody knows are compared as they are', () => {
    expect(isSameValue(meaning('toString'), 'a', 'a')).toBe(true);
    expect(isSameValue(meaning('toString'), 'a', 'b')).toBe(false);
  });
});
