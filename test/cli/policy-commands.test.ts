import { writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { both, copyOf, type Edit, set } from '../contracts/broken-copy.ts';
import { record } from '../support/example-record.ts';
import { scratchFolder } from '../support/scratch-folder.ts';
import { shuqiao } from '../support/shuqiao.ts';

const GRANT = 'policies/grants/open-a-shop-identity.json';
// A command runs in a folder of its own, so the real folders are named by their whole paths.
const REAL = ['--contracts', resolve('contracts'), '--policies', resolve('policies')];
const policy = async (word: string, ...args: readonly string[]) =>
  await shuqiao(['policy', word, ...(word === 'diff' ? [] : REAL), ...args]);
const foldersOf = (root: string): readonly string[] => [
  '--contracts',
  join(root, 'contracts'),
  '--policies',
  join(root, 'policies'),
];
const RISKY: Edit = both(
  set('policies/purposes.json', '/purposes/0/ceiling', { '*': 'exact' }),
  set(GRANT, '/fields/3', { path: '/birthDate', treatment: 'keep', justification: 'to be sure' }),
);

describe('policy lint', () => {
  it('ends with 0 and says so where it finds nothing', async () => {
    expect(await policy('lint')).toMatchObject({ status: 0, out: 'Nothing found.\n' });
    const { status, out } = await policy('lint', '--json');
    expect(status).toBe(0);
    expect(JSON.parse(out)).toMatchObject({
      departments: expect.arrayContaining([{ department: 'hotline', findings: [] }]) as object,
    });
  });

  it('ends with 2 and says rule, fields, example and what to do where it finds something', async () => {
    const { status, out } = await policy('lint', '--department', 'market-regulation', ...foldersOf(copyOf(RISKY)));
    expect(status).toBe(2);
    expect(out).toMatch(/^L1 error market-regulation: /);
    expect(out).toContain('open-a-shop-identity /birthDate');
    expect(out).toContain('11010519491231002X');
  });

  it.each([
    ['a department that there is not', ['--department', 'nobody']],
    ['a time that is none', ['--now', 'tomorrow']],
    ['an option that there is not', ['--everything']],
    ['folders that are not there', ['--policies', 'nowhere']],
  ])('ends with 1 for %s', async (_, args) => {
    expect(await policy('lint', ...args)).toMatchObject({ status: 1, out: '' });
  });
});

describe('policy explain', () => {
  it('has a line for every field of the contract', async () => {
    const { status, out } = await policy('explain', '--grant', 'open-a-shop-identity', '--json');
    expect(status).toBe(0);
    const { fields } = JSON.parse(out) as { fields: readonly { path: string; reason: string }[] };
    expect(fields).toContainEqual(expect.objectContaining({ path: '/mobile', reason: 'NOT_GRANTED' }));
    expect(fields).toHaveLength(14);
  });

  it('says of a record what becomes of each field, and nothing that is in it', async () => {
    const folder = scratchFolder();
    const file = join(folder, 'record.json');
    const made = record();
    writeFileSync(file, JSON.stringify(made));
    const { status, out } = await policy('explain', '--grant', 'open-a-shop-identity', '--record', file);
    expect(status).toBe(0);
    expect(out).toContain('NO_VALUE  /name -> /nameMatches');
    expect(out).not.toContain(made['residentId']);
    expect(out).not.toContain(made['name']);
  });

  it('does not repeat a record that is none of the contract', async () => {
    const file = join(scratchFolder(), 'record.json');
    writeFileSync(file, JSON.stringify({ ...record(), status: '张三在逃' }));
    const { status, out, err } = await policy('explain', '--grant', 'open-a-shop-identity', '--record', file);
    expect(status).toBe(1);
    expect(out + err).toContain('/status');
    expect(out + err).not.toContain('张三在逃');
  });

  it.each([[['--grant', 'nobody']], [[]], [['--grant', 'open-a-shop-identity', '--query', 'x.json']]])(
    'ends with 1 for %j',
    async (args) => {
      expect((await policy('explain', ...args)).status).toBe(1);
    },
  );
});

describe('policy diff', () => {
  it('ends with 0 for nothing, 2 for a change, and 1 for folders that do not load', async () => {
    const [same, other] = [copyOf(), copyOf(RISKY)];
    expect(await policy('diff', same, same)).toMatchObject({ status: 0, out: 'Nothing changes.\n' });
    const { status, out } = await policy('diff', same, other);
    expect(status).toBe(2);
    expect(out).toBe(
      'market-regulation.enterprise-registration for open-a-shop: gains public-security.resident-identity.v1/birthDate  none -> exact\n',
    );
    expect((await policy('diff', same, '/nowhere')).status).toBe(1);
    expect((await policy('diff', same)).status).toBe(1);
  });
});

describe('policy schema and policy openapi', () => {
  it.each(['schema', 'openapi'])('%s gives a JSON document of the grant', async (word) => {
    const { status, out } = await policy(word, '--grant', 'open-a-shop-identity');
    expect(status).toBe(0);
    expect(JSON.stringify(JSON.parse(out))).toContain('nameMatches');
    expect(out).not.toContain('x-classification');
    expect((await policy(word, '--grant', 'nobody')).status).toBe(1);
    expect((await policy(word)).status).toBe(1);
  });
});
