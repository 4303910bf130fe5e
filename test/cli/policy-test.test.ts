import { mkdirSync, renameSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { copyOf, type Edit, remove, rewrite, set } from '../contracts/broken-copy.ts';
import { shuqiao } from '../support/shuqiao.ts';

const CASES = 'policies/cases/open-a-shop-identity.json';
const FITS = '/cases/0/expect';

// A command runs in a folder of its own, so folders are named by their whole paths.
const test = async (root: string, ...args: readonly string[]) =>
  await shuqiao([
    'policy',
    'test',
    '--contracts',
    join(root, 'contracts'),
    '--policies',
    join(root, 'policies'),
    ...args,
  ]);
const edited = async (edit: Edit, ...args: readonly string[]) => await test(copyOf(edit), ...args);

describe('policy test', () => {
  it('ends with 0 where all cases hold, and says how many', async () => {
    const { status, out, err } = await test(resolve('.'));
    expect([status, err]).toEqual([0, '']);
    expect(out).toMatch(/^(\d+) of \1 cases hold\.\n$/);
    const json = await test(resolve('.'), '--json');
    expect(json.status).toBe(0);
    const { ran, held, failed, gaps } = JSON.parse(json.out) as Record<string, unknown>;
    expect({ held, failed, gaps }).toEqual({ held: ran, failed: [], gaps: [] });
  });

  it('ends with 2 at a wrong answer, and shows where, what was expected and what came', async () => {
    const { status, out, err } = await edited(set(CASES, `${FITS}/answer/status`, '死亡'));
    expect([status, err]).toEqual([2, '']);
    expect(out).toMatch(/^FAILED identity-name-fits: .+ \(.+open-a-shop-identity\.json\)\n/);
    expect(out).toContain('\n  /answer/status: expected "死亡", came "正常"\n');
  });

  it('ends with 2 where a grant releases what a case hides', async () => {
    const kept = set('policies/purposes.json', '/purposes/0/ceiling', { '*': 'exact' });
    const wider = set('policies/grants/open-a-shop-identity.json', '/fields/3', {
      path: '/mobile',
      treatment: 'keep',
      justification: 'to be sure',
    });
    const { status, out } = await edited((root) => [kept, wider].forEach((edit) => edit(root)));
    expect(status).toBe(2);
    expect(out).toContain('  /hidden /mobile: expected nothing of it in the answer, came "19900001234"\n');
    expect(out).toContain('  /answer/mobile: expected nothing, came "19900001234"\n');
  });

  it('ends with 2 at a grant that no case lists', async () => {
    const { status, out } = await edited(remove('policies/cases/hotline-call-back.json'));
    expect(status).toBe(2);
    expect(out).toContain(
      'released but unlisted: hotline.agent-desk, government-services.work-order.v1, hotline-call-back\n',
    );
    expect(out).toContain('field never expected: hotline-call-back /caller/mobile\n');
    expect(out).toMatch(/\d+ of \d+ cases hold\. 5 releases that no case expects\.\n$/);
  });

  it('ends with 2 at a second system that a grant lets in and no case does', async () => {
    const system = { id: 'taxation.arrears', department: 'taxation', name: { en: 'Arrears', zh: '欠税系统' } };
    const registered = set('policies/systems.json', '/systems/4', system);
    const letIn = set('policies/grants/tax-registration-licence.json', '/consumer/systems/1', system.id);
    const { status, out } = await edited((root) => [registered, letIn].forEach((edit) => edit(root)));
    expect(status).toBe(2);
    expect(out).toMatch(
      /^released but unlisted: taxation\.arrears, market-regulation\.business-licence\.v1, tax-regis/,
    );
  });

  it('ends with 2 at a field that a grant gains and no case expects', async () => {
    const { status, out } = await edited(
      set('policies/grants/open-a-shop-insurance.json', '/fields/1', {
        path: '/monthsPaid',
        treatment: 'exists',
        as: 'hasPaid',
        justification: 'to be sure',
      }),
      '--json',
    );
    expect(status).toBe(2);
    expect(JSON.parse(out)).toMatchObject({
      failed: expect.arrayContaining([expect.objectContaining({ id: 'insurance-status' })]) as object,
    });
    const never = await edited((root) => {
      set(CASES, '/cases', [])(root);
      rewrite(CASES, (text) => text.replace('[]', JSON.stringify([NO_NAME])))(root);
    }, '--json');
    expect(never.status).toBe(2);
    expect((JSON.parse(never.out) as { gaps: unknown }).gaps).toEqual([
      { gap: 'never-expected', grant: 'open-a-shop-identity', output: '/nameMatches' },
    ]);
  });

  it('runs one case alone, and then misses no other', async () => {
    expect(await edited(remove('policies/cases/hotline-call-back.json'), '--filter', 'tax-arrears')).toMatchObject({
      status: 0,
      out: '1 of 1 cases hold.\n',
    });
  });

  it('reads the cases of another folder', async () => {
    const root = copyOf((root) => {
      mkdirSync(join(root, 'policies/other'));
      renameSync(join(root, CASES), join(root, 'policies/other/cases.json'));
      rewrite('policies/other/cases.json', (text) => text.replaceAll('"records/', '"../cases/records/'))(root);
    });
    const filter = ['--filter', 'identity-name-fits'];
    expect(await test(root, ...filter)).toMatchObject({
      status: 1,
      out: '',
      err: 'There is no case identity-name-fits.\n',
    });
    expect(await test(root, '--cases', join(root, 'policies/other'), ...filter)).toMatchObject({ status: 0, err: '' });
  });

  it.each<[string, Edit, RegExp]>([
    [
      'a file that is no JSON',
      rewrite(CASES, (text) => text.slice(1)),
      /open-a-shop-identity\.json: the file is refused/,
    ],
    [
      'a case that is none',
      set(CASES, '/cases/0/expect', undefined),
      /#\/cases\/0: must have required property 'expect'/,
    ],
    ['no cases', remove('policies/cases'), /cases: there are no cases/],
    ['policies that do not load', set('policies/purposes.json', '/purposes', []), /purposes\.json/],
  ])('ends with 1 at %s', async (_, edit, message) => {
    expect(await edited(edit)).toMatchObject({ status: 1, out: '', err: expect.stringMatching(message) as string });
  });

  it.each([[['--everything']], [['--filter', 'nobody']], [['one']]])(
    'ends with 1 when it is called with %j',
    async (args) => {
      expect(await test(resolve('.'), ...args)).toMatchObject({ status: 1, out: '' });
    },
  );
});

/** A case that holds and leaves one field of its grant out. */
const NO_NAME = {
  id: 'no-name',
  title: 'Of a name that was not asked nothing is said.',
  now: '2026-11-23T09:00:00+08:00',
  system: 'market-regulation.enterprise-registration',
  contract: 'public-security.resident-identity.v1',
  purpose: 'open-a-shop',
  query: { residentId: '110199199003070244' },
  recordFile: 'records/resident.json',
  expect: { decision: 'released', answer: { residentIdMasked: '110199********0244', status: '正常' } },
};
