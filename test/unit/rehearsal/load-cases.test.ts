import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { PROBLEMS } from '../../../src/domain/problems.ts';
import { loadCases } from '../../../src/policy/load-cases.ts';
import { scratchFolder } from '../../support/scratch-folder.ts';

const CASE = {
  id: 'one',
  title: 'It holds.',
  now: '2026-11-23T09:00:00+08:00',
  system: 'a.system',
  contract: 'b.thing.v1',
  purpose: 'p',
  query: { number: '1' },
  expect: { decision: 'released', answer: null },
};

const RECORDS = { 'contracts/r.json': '{"a":1}', 'policies/r.json': '{"b":2}', 'elsewhere/r.json': '{"c":3}' };

function load(files: Readonly<Record<string, unknown>>, prepare: (root: string) => void = () => {}) {
  const cases = Object.entries(files).map(([name, file]) => [`cases/${name}`, JSON.stringify(file)] as const);
  const root = scratchFolder({ ...RECORDS, ...Object.fromEntries(cases) });
  prepare(root);
  const { cases: found, faults } = loadCases(join(root, 'cases'), [join(root, 'contracts'), join(root, 'policies')]);
  return { found, faults: faults.map((fault) => ({ ...fault, file: fault.file.replace(`${root}/`, '') })) };
}

const one = (over: object) => ({ 'a.json': { cases: [{ ...CASE, ...over }] } });
const sourceOf = (over: object) => load(one(over)).found.map(({ call }) => call.source);

describe('a case file', () => {
  it('is read into calls whose clock stands still', () => {
    const { found, faults } = load(one({ fields: ['/x'], record: null }));
    expect(faults).toEqual([]);
    expect(found).toMatchObject([
      {
        id: 'one',
        call: {
          nowMs: Date.parse('2026-11-23T01:00:00Z'),
          fields: ['/x'],
          query: { number: '1' },
          source: { record: null },
        },
        expect: CASE.expect,
      },
    ]);
  });

  it('says what the source does: a record, none, a failure, or nothing because there is no source', () => {
    expect(sourceOf({ record: { a: 1 } })).toEqual([{ record: { a: 1 } }]);
    expect(sourceOf({ record: null })).toEqual([{ record: null }]);
    expect(sourceOf({ source: 'source.timeout' })).toEqual([{ failure: 'source.timeout' }]);
    expect(sourceOf({})).toEqual([{ failure: 'source.unavailable' }]);
    expect(sourceOf({ recordFile: '../contracts/r.json' })).toEqual([{ record: { a: 1 } }]);
    expect(sourceOf({ recordFile: '../policies/r.json' })).toEqual([{ record: { b: 2 } }]);
  });

  it('takes no record from elsewhere, by whatever way', () => {
    const away = (recordFile: string, prepare?: (root: string) => void) =>
      load(one({ recordFile }), prepare).faults.map(({ pointer }) => pointer);
    expect(away('../elsewhere/r.json')).toEqual(['/cases/0/recordFile']);
    expect(away('../contracts/../elsewhere/r.json')).toEqual(['/cases/0/recordFile']);
    expect(away('../contracts/nobody.json')).toEqual(['/cases/0/recordFile']);
    expect(away('../contracts')).toEqual(['/cases/0/recordFile']);
    const linked = (root: string) => symlinkSync(join(root, 'elsewhere/r.json'), join(root, 'contracts/linked.json'));
    expect(away('../contracts/linked.json', linked)).toEqual(['/cases/0/recordFile']);
    const beside = (root: string) => {
      mkdirSync(join(root, 'contracts-beside'));
      writeFileSync(join(root, 'contracts-beside/r.json'), '{}');
    };
    expect(away('../contracts-beside/r.json', beside)).toEqual(['/cases/0/recordFile']);
  });

  it.each([
    ['an outcome that there is not', { expect: { decision: 'granted' } }, '/cases/0/expect/decision'],
    ['a refusal without its code', { expect: { decision: 'refused' } }, '/cases/0/expect/code'],
    [
      'a refusal by the code of a failure',
      { expect: { decision: 'refused', code: 'source.timeout' } },
      '/cases/0/expect/code',
    ],
    ['a code that there is not', { expect: { decision: 'refused', code: 'no' } }, '/cases/0/expect/code'],
    ['a release with a code', { expect: { decision: 'released', code: 'grant.missing' } }, '/cases/0/expect/code'],
    [
      'a refusal with an answer',
      { expect: { decision: 'refused', code: 'grant.missing', answer: null } },
      '/cases/0/expect/answer',
    ],
    ['an instant that no clock shows', { now: '2016-12-31T23:59:60Z' }, '/cases/0/now'],
    ['a day without a time', { now: '2026-11-23' }, '/cases/0/now'],
    ['two things that the source does', { record: null, source: 'source.timeout' }, '/cases/0'],
    ['a source that breaks its contract without a record', { source: 'source.contract-broken' }, '/cases/0/source'],
    ['a failure that is none of a source', { source: 'grant.missing' }, '/cases/0/source'],
    ['a contract without a version', { contract: 'b.thing' }, '/cases/0/contract'],
    ['a misspelt member', { exepct: {} }, '/cases/0'],
    ['a hidden path that is none', { expect: { decision: 'released', hidden: ['name'] } }, '/cases/0/expect/hidden/0'],
  ])('is refused with %s', (_, over, pointer) => {
    const { found, faults } = load(one(over));
    expect(found).toEqual([]);
    expect(faults).toContainEqual(expect.objectContaining({ file: 'cases/a.json', pointer }));
  });

  it('names every failure of a source, and no other problem, as what a source may do', () => {
    const codes = Object.keys(PROBLEMS);
    const taken = codes.filter((source) => load(one({ source })).faults.length === 0);
    expect(taken.length).toBeGreaterThan(4);
    expect(taken).toEqual(codes.filter((code) => code.startsWith('source.') && code !== 'source.contract-broken'));
  });
});

describe('a folder of cases', () => {
  it('is read file by file, without the folders of records in it', () => {
    const two = { cases: [{ ...CASE, id: 'two' }] };
    const { found, faults } = load({ ...one({}), 'b.json': two, 'records/r.json': { a: 1 }, 'notes.txt': 'x' });
    expect(faults).toEqual([]);
    expect(found.map(({ id }) => id)).toEqual(['one', 'two']);
  });

  it('has each id once', () => {
    expect(load({ ...one({}), 'b.json': { cases: [CASE] } }).faults).toEqual([
      expect.objectContaining({ file: 'cases/b.json', message: expect.stringContaining('cases/a.json') as string }),
    ]);
  });

  it('is at fault where it is empty or not there', () => {
    expect(load({}).faults).toMatchObject([{ file: 'cases', message: 'there are no cases' }]);
  });
});
