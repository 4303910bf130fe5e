import { readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../src/domain/json.ts';
import { exportLines } from '../../src/ledger/export-format.ts';
import { both, copyOf, type Edit, set } from '../contracts/broken-copy.ts';
import { all, ledgerOf, readerOf } from '../support/ledger-rows.ts';
import { scratchFolder } from '../support/scratch-folder.ts';
import { shuqiao } from '../support/shuqiao.ts';

const IDENTITY = 'policies/grants/open-a-shop-identity.json';
const TAX = 'policies/grants/open-a-shop-tax.json';
const NOW = '2026-11-23T00:00:00+08:00';
const OPEN = set('policies/purposes.json', '/purposes/0/ceiling', { '*': 'exact' });

/** A command runs in a folder of its own, so folders are named by their whole paths. */
const lint = async (root: string, ...args: readonly string[]) =>
  await shuqiao([
    'policy',
    'lint',
    '--contracts',
    join(root, 'contracts'),
    '--policies',
    join(root, 'policies'),
    '--now',
    NOW,
    ...args,
  ]);

const grant = (file: string): JsonObject => JSON.parse(readFileSync(file, 'utf8')) as JsonObject;
const field = (path: string, treatment: string, parameters = {}) => ({
  path,
  treatment,
  parameters,
  justification: `why ${path} ${treatment}`,
});

/** A draft lies anywhere, under any name. */
function draftOf(file: string, change: (grant: JsonObject) => JsonObject): string {
  const draft = join(scratchFolder(), 'as we thought of it.json');
  writeFileSync(draft, JSON.stringify(change(grant(file))));
  return draft;
}

const withBirthDate = (file: string): string =>
  draftOf(file, (one) => ({ ...one, fields: [...(one['fields'] as JsonObject[]), field('/birthDate', 'keep')] }));

interface Found {
  readonly rule: string;
  readonly draft?: string;
  readonly fields: readonly { readonly grant: string; readonly path: string }[];
}

const findingsIn = (out: string): readonly Found[] =>
  (JSON.parse(out) as { departments: readonly { findings: readonly Found[] }[] }).departments.flatMap(
    ({ findings }) => findings,
  );

describe('policy lint --draft', () => {
  it('is clean and ends with 0 where the draft adds nothing', async () => {
    const same = draftOf(IDENTITY, (one) => one);
    expect(await lint(resolve('.'), '--draft', same)).toMatchObject({ status: 0, out: 'Nothing found.\n', err: '' });
  });

  it('ends with 2 and says that the draft takes part, in place of the grant with its id', async () => {
    const root = copyOf(OPEN);
    const { status, out } = await lint(root, '--draft', withBirthDate(IDENTITY));
    expect(status).toBe(2);
    expect(out).toMatch(/^L1 error market-regulation \(the draft takes part\): /);
    expect(out).toContain('  open-a-shop-identity /birthDate\n');
    expect(out).toContain('  candidates: 1\n');
    // The folder itself is as it was.
    expect(await lint(root)).toMatchObject({ status: 0 });
  });

  it('says what is brought about where the draft is no part of it', async () => {
    const insurance = 'policies/grants/open-a-shop-insurance.json';
    const number = (area: number, tail: number) => field('/residentId', 'cn.resident-id', { area, tail });
    // Who has the whole number somewhere can piece nothing together; the draft takes it away.
    const root = copyOf(
      both(
        OPEN,
        set(insurance, '/fields/1', field('/residentId', 'keep')),
        set(IDENTITY, '/fields/1', number(6, 4)),
        set(IDENTITY, '/fields/3', field('/birthDate', 'keep')),
      ),
    );
    expect((await lint(root)).status).toBe(0);
    const { status, out } = await lint(
      root,
      '--json',
      '--draft',
      draftOf(insurance, (one) => one),
    );
    expect(status).toBe(2);
    expect(findingsIn(out).map(({ rule, draft }) => [rule, draft])).toEqual([['L1', 'brings-about']]);
    const text = await lint(
      root,
      '--draft',
      draftOf(insurance, (one) => one),
    );
    expect(text.out).toMatch(/^L1 error market-regulation \(brought about by the draft\): /);
  });

  it('leaves out what is found without the draft and does not concern it', async () => {
    const root = copyOf(both(OPEN, set(IDENTITY, '/fields/3', field('/birthDate', 'keep'))));
    expect((await lint(root)).status).toBe(2);
    const other = draftOf(TAX, (one) => one);
    expect(await lint(root, '--draft', other)).toMatchObject({ status: 0, out: 'Nothing found.\n' });
  });

  it('lints a draft that shows more than it may beside everything else, by L11', async () => {
    const { status, out } = await lint(resolve('.'), '--json', '--draft', withBirthDate(IDENTITY));
    expect(status).toBe(2);
    const found = findingsIn(out);
    expect(found.map(({ rule }) => rule)).toEqual(['L1', 'L11']);
    expect(found.at(-1)).toMatchObject({
      severity: 'error',
      fields: [{ grant: 'open-a-shop-identity', path: '/birthDate' }],
      message: 'keep shows exact, more than allowed by purpose open-a-shop (none)',
      draft: 'takes-part',
    });
  });

  it('tells by L11 of a precision of which the limits leave nothing', async () => {
    const cut = draftOf(IDENTITY, (one) => ({
      ...one,
      fields: [{ path: '/birthDate', precision: 'year', justification: 'The year.' }],
    }));
    const { status, out } = await lint(resolve('.'), '--draft', cut);
    expect(status).toBe(2);
    expect(out).toContain('L11 error market-regulation (the draft takes part): floor and ceilings leave nothing');
  });

  it.each<[string, (one: JsonObject) => JsonObject, RegExp]>([
    ['is no grant', ({ id: _, ...rest }) => rest, /must have required property 'id'/],
    [
      'names a purpose that there is not',
      (one) => ({ ...one, purpose: 'curiosity' }),
      /#\/purpose: the purpose is not/,
    ],
    ['names a contract that there is not', (one) => ({ ...one, contract: 'a.b.v1' }), /there is no such contract/],
    ['names a field that there is not', (one) => ({ ...one, fields: [field('/shoeSize', 'keep')] }), /no such field/],
    [
      'covers a need that is covered',
      (one) => ({ ...one, id: 'again' }),
      /the grant open-a-shop-identity covers the same/,
    ],
    ['has ended', (one) => ({ ...one, validUntil: '2026-11-01T00:00:00+08:00' }), /The draft has ended already/],
    [
      'may be joined with nobody that there is',
      (one) => ({ ...one, linkage: [{ with: 'nobody', approval: 'Somebody said so.' }] }),
      /#\/linkage: nobody is no other department/,
    ],
  ])('ends with 1 for a draft that %s', async (_, change, message) => {
    expect(await lint(resolve('.'), '--draft', draftOf(IDENTITY, change))).toMatchObject({
      status: 1,
      out: '',
      err: expect.stringMatching(message) as string,
    });
  });

  it('ends with 1 for a file that is not there, and for a department beside it', async () => {
    expect(await lint(resolve('.'), '--draft', '/nowhere.json')).toMatchObject({ status: 1, out: '' });
    const both = ['--draft', draftOf(IDENTITY, (one) => one), '--department', 'hotline'];
    expect(await lint(resolve('.'), ...both)).toMatchObject({ status: 1, out: '' });
  });
});

describe('policy lint of grants whose limits were lowered since', () => {
  it('tells them by L11 instead of refusing to load', async () => {
    const lowered: Edit = set('policies/purposes.json', '/purposes/0/ceiling/cn.resident-id', ['match', 'last4']);
    const { status, out } = await lint(copyOf(lowered));
    expect(status).toBe(2);
    expect(out).toContain('more than allowed by purpose open-a-shop (');
    expect(out).toContain('  open-a-shop-identity /residentId\n');
  });
});

describe('policy lint --usage', () => {
  const released = (decidedAt: string, id: string, outputs: readonly string[]): JsonObject => ({
    v: 1,
    kind: 'exchange',
    exchange: `${id}-${decidedAt}`,
    outcome: 'released',
    decidedAt,
    grant: id,
    fields: outputs.map((output) => ({ output })),
  });
  const exported = async (...entries: readonly JsonObject[]): Promise<string> => {
    const file = join(scratchFolder(), 'ledger.jsonl');
    writeFileSync(file, (await all(exportLines(readerOf(ledgerOf(entries))))).join(''));
    return file;
  };
  const OLD = released('2026-07-01T00:00:00.000Z', 'open-a-shop-insurance', ['/accountStatus']);
  const LATE = '2026-11-20T00:00:00.000Z';
  const department = ['--department', 'market-regulation', '--json'];
  const unused = async (file: string, ...args: readonly string[]) =>
    findingsIn((await lint(resolve('.'), ...department, '--usage', file, ...args)).out).map(({ rule, fields }) => [
      rule,
      ...fields.map(({ grant, path }) => `${grant} ${path}`),
    ]);

  it('tells the fields and the grants that nobody asked for in as many days', async () => {
    const ledger = await exported(OLD, released(LATE, 'open-a-shop-identity', ['/nameMatches', '/status']));
    expect(await unused(ledger)).toEqual([
      ['L10', 'open-a-shop-identity /residentId'],
      ['L10', 'open-a-shop-insurance /accountStatus'],
      ['L10', 'open-a-shop-tax /arrearsFen'],
    ]);
    const text = await lint(resolve('.'), '--department', 'market-regulation', '--usage', ledger);
    expect(text.status).toBe(2);
    expect(text.out).toContain('L10 warning market-regulation: of this grant these were not asked for in 90 days');
    expect(text.out).toContain('nothing was asked for by this grant in 90 days');
  });

  it('looks back as far as it is told', async () => {
    const ledger = await exported({ ...OLD, decidedAt: '2026-01-01T00:00:00.000Z' }, OLD);
    expect((await unused(ledger, '--unused-days', '200')).map(([, place]) => place)).not.toContain(
      'open-a-shop-insurance /accountStatus',
    );
    expect((await unused(ledger, '--unused-days', '100')).map(([, place]) => place)).toContain(
      'open-a-shop-insurance /accountStatus',
    );
  });

  it('counts what was released, and not what was refused', async () => {
    const tax = released(LATE, 'open-a-shop-tax', ['/hasArrears']);
    const places = async (entry: JsonObject) => (await unused(await exported(OLD, entry))).map(([, place]) => place);
    expect(await places(tax)).not.toContain('open-a-shop-tax /arrearsFen');
    expect(await places({ ...tax, outcome: 'refused' })).toContain('open-a-shop-tax /arrearsFen');
  });

  it('is silent of a grant that has not been in force for as long', async () => {
    const young = copyOf(set(TAX, '/validFrom', '2026-10-01T00:00:00+08:00'));
    const { out } = await lint(young, ...department, '--usage', await exported(OLD));
    expect(findingsIn(out).flatMap(({ fields }) => fields.map((place) => place.grant))).not.toContain(
      'open-a-shop-tax',
    );
  });

  it('ends with 1 where the ledger cannot say what is unused', async () => {
    const ends = async (file: string, message: RegExp) =>
      expect(await lint(resolve('.'), '--usage', file)).toMatchObject({
        status: 1,
        out: '',
        err: expect.stringMatching(message) as string,
      });
    const file = await exported(OLD, released(LATE, 'open-a-shop-tax', ['/hasArrears']));
    const text = readFileSync(file, 'utf8');
    writeFileSync(file, text.replace('/hasArrears', '/hasNothing'));
    await ends(file, /The ledger is tampered/);
    writeFileSync(file, text.split('\n').slice(0, 2).join('\n'));
    await ends(file, /The ledger is incomplete/);
    await ends(await exported(released(LATE, 'open-a-shop-tax', [])), /does not go back 90 days/);
    await ends(await exported({ ...OLD, decidedAt: 'long ago' }), /does not go back 90 days/);
    await ends('/nowhere.jsonl', /ENOENT/);
  });

  it.each([
    [['--unused-days', '30']],
    [['--usage', 'x', '--unused-days', '0']],
    [['--usage', 'x', '--unused-days', 'x']],
  ])('ends with 1 for %j', async (args) => {
    expect(await lint(resolve('.'), ...args)).toMatchObject({
      status: 1,
      err: expect.stringMatching(/^usage: /) as string,
    });
  });
});
