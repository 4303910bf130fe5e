import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { HIERARCHIES, type HierarchyId, isHierarchyId } from '../../../src/semantic/hierarchies.ts';

const IDS = Object.keys(HIERARCHIES).filter(isHierarchyId);
const codeOf = (id: HierarchyId, written: string): string | undefined => HIERARCHIES[id].type.normalise(written);

describe('a code of a classification', () => {
  it.each<[HierarchyId, string, string]>([
    ['icd-10', 'j45.1', 'J45.1'],
    ['icd-10', 'Ｊ４５.１', 'J45.1'],
    ['icd-10', 'J451', 'J45.1'],
    ['icd-10', 'J45', 'J45'],
    ['icd-10', 'J45.900X001', 'J45.900x001'],
    ['icd-10', 'A17.0†', 'A17.0'],
    ['icd-10', 'G01*', 'G01'],
    ['icd-10', 'U07.1', 'U07.1'],
    ['cn.industry', 'A0111', 'A0111'],
    ['cn.industry', '0111', 'A0111'],
    ['cn.industry', 'o8010', 'O8010'],
    ['cn.industry', 'C13', 'C13'],
    ['cn.industry', '43', 'C43'],
    ['cn.industry', 'T', 'T'],
    ['cn.occupation', '2-01-01', '20101'],
    ['cn.occupation', '20101', '20101'],
    ['cn.occupation', '20000', '20000'],
    ['cn.ethnicity', '汉', '汉族'],
    ['cn.ethnicity', '维吾尔族', '维吾尔族'],
    ['cn.ethnicity', '03', '回族'],
    ['cn.ethnicity', '56', '基诺族'],
  ])('%s %s is %s', (id, written, code) => {
    expect(codeOf(id, written)).toBe(code);
  });

  it.each<[HierarchyId, string]>([
    ['icd-10', ''],
    ['icd-10', '哮喘'],
    ['icd-10', 'J4'],
    ['icd-10', 'J45.'],
    ['icd-10', 'V00'],
    ['icd-10', 'T99.1'],
    ['icd-10', 'M8000/3'],
    ['icd-10', 'A18.0†M49.0*'],
    ['cn.industry', 'B0111'],
    ['cn.industry', '98'],
    ['cn.industry', '0'],
    ['cn.industry', 'A01111'],
    ['cn.occupation', '99999'],
    ['cn.occupation', '2010'],
    ['cn.occupation', '20001'],
    ['cn.ethnicity', '57'],
    ['cn.ethnicity', '穿青人'],
    ['cn.ethnicity', '族'],
    ['cn.ethnicity', 'toString'],
  ])('%s %j is none', (id, written) => {
    expect(codeOf(id, written)).toBeUndefined();
  });

  it.each(IDS)('is one that parses to itself, and its text is short: %s', (id) => {
    fc.assert(
      fc.property(fc.infiniteStream(fc.nat()), (stream) => {
        const code = HIERARCHIES[id].type.sample((below) => (stream.next().value ?? 0) % below);
        expect(codeOf(id, code)).toBe(code);
      }),
    );
    expect(codeOf(id, 'J'.repeat(100_000))).toBeUndefined();
  });
});

describe('a classification', () => {
  it.each(IDS)('says by which standard, and of each level more than of the one above it: %s', (id) => {
    const { source, levels } = HIERARCHIES[id];
    expect(source).toMatch(/\d{4}/);
    const sizes = Object.values(levels).map(({ parts }) => new Set(parts).size);
    expect(sizes).toEqual(sizes.map((_, index) => index + 1));
  });

  it('has of ICD-10 ranges that ascend and do not overlap, each block within one chapter', () => {
    const { chapter, block } = HIERARCHIES['icd-10'].levels;
    const found = new Map<string, string>();
    let previous = '';
    for (const letter of 'ABCDEFGHIJKLMNOPQRSTUVWXYZ') {
      for (let number = 0; number < 100; number += 1) {
        const category = `${letter}${String(number).padStart(2, '0')}`;
        const range = block?.of(category);
        if (range === undefined) continue;
        const [from = '', to = ''] = range.split('-');
        expect(from <= category && category <= to).toBe(true);
        if (!found.has(range)) expect(from > previous).toBe(true);
        previous = to;
        const above = chapter?.of(category) ?? '';
        expect(found.get(range) ?? above).toBe(above);
        found.set(range, above);
      }
    }
    expect(found.size).toBe(263);
    expect(new Set(found.values()).size).toBe(22);
  });

  it('has of the industries all divisions from 01 to 97 in twenty sections', () => {
    const sections = new Set<string>();
    for (let number = 1; number <= 97; number += 1) {
      const code = codeOf('cn.industry', String(number).padStart(2, '0')) ?? '';
      expect(code).toMatch(/^[A-T]\d{2}$/);
      sections.add(code.slice(0, 1));
    }
    expect([...sections].join('')).toBe('ABCDEFGHIJKLMNOPQRST');
  });

  it('has 56 ethnicities', () => {
    const names = new Set(
      Array.from({ length: 99 }, (_, index) => codeOf('cn.ethnicity', String(index).padStart(2, '0'))),
    );
    names.delete(undefined);
    expect(names.size).toBe(56);
  });
});
