import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../src/domain/json.ts';
import { hiddenAt, placesOf } from '../../../src/rehearsal/hidden.ts';

const RECORD: JsonObject = {
  name: '王若安',
  arrears: 1280551,
  registered: true,
  nothing: null,
  empty: '',
  members: [{ name: '张三', rank: 1 }, { name: '李四' }],
  relatives: { mother: { name: '赵五' }, father: { name: '钱六' } },
  owner: { kind: 'person', number: '110199' },
};

describe('what a path of a record hides', () => {
  it.each([
    ['/name', ['王若安']],
    ['/arrears', ['1280551']],
    ['/members/*/name', ['张三', '李四']],
    ['/members', ['张三', '1', '李四']],
    ['/relatives/*/name', ['赵五', '钱六']],
    ['/relatives/{key}', ['mother', 'father']],
    ['/owner/=person/number', ['110199']],
  ])('is every text and number there or below: %s', (path, values) => {
    expect(hiddenAt(RECORD, path)).toEqual(values);
  });

  it.each([
    '/nobody',
    '/nothing',
    '/empty',
    '/registered',
    '/name/first',
    '/members/name',
    '/owner/=firm/number',
    '/toString',
  ])('is nothing where there is no value to look for: %s', (path) => {
    expect(hiddenAt(RECORD, path)).toEqual([]);
    expect(hiddenAt(null, path)).toEqual([]);
  });
});

describe('a hidden value', () => {
  const places = (value: string, answer: JsonObject | null, entry: JsonObject = {}) =>
    placesOf(value, { answer, entry });

  it('is found within a longer text, in a list, in a key and as a number, in answer and entry', () => {
    expect(places('张三', { title: '张三收' })).toEqual(['answer']);
    expect(places('张三', { list: [{ x: ['张三'] }] })).toEqual(['answer']);
    expect(places('110199', { by: { 'no-110199': true } })).toEqual(['answer']);
    expect(places('1280551', { sum: 1280551 }, { source: { bytes: 1280551 } })).toEqual(['answer', 'entry']);
    expect(places('张三', null, { purpose: '为张三' })).toEqual(['entry']);
  });

  it('is not found where it is not', () => {
    expect(places('张三', { name: '张*', yes: true, none: null }, { fields: ['/name'] })).toEqual([]);
    expect(places('110199', null)).toEqual([]);
  });

  it('of few plain characters is found as a word of the answer, and not where sizes and digests look like it', () => {
    expect(places('B', { rating: 'B' })).toEqual(['answer']);
    expect(places('187', { text: 'paid for 187 months' })).toEqual(['answer']);
    expect(places('187', { months: 187 })).toEqual(['answer']);
    expect(places('1-2', { share: '1-2' })).toEqual(['answer']);
    expect(places('B', { text: 'Bob' }, { digests: { sealed: 'aB' }, code: 'B' })).toEqual([]);
    expect(places('204', {}, { source: { status: 204 } })).toEqual([]);
  });
});
