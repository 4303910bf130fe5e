import { readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../src/domain/json.ts';
import type { SimulatedField } from '../../src/rehearsal/simulate.ts';
import { copyOf, set } from '../contracts/broken-copy.ts';
import { record } from '../support/example-record.ts';
import { scratchFolder } from '../support/scratch-folder.ts';
import { shuqiao } from '../support/shuqiao.ts';

// A command runs in a folder of its own, so the real folders are named by their whole paths.
const REAL = ['--contracts', resolve('contracts'), '--policies', resolve('policies')];
const GRANT = ['--grant', 'open-a-shop-identity'];
const simulate = async (...args: readonly string[]) => await shuqiao(['policy', 'simulate', ...REAL, ...args]);

interface Document {
  readonly seed: number | null;
  readonly now: string;
  readonly exchanges: readonly {
    readonly query: JsonObject;
    readonly record: JsonObject;
    readonly data: JsonObject | null;
    readonly fields: readonly SimulatedField[];
  }[];
}

function written(content: JsonObject): string {
  const file = join(scratchFolder(), 'file.json');
  writeFileSync(file, JSON.stringify(content));
  return file;
}

/** A line of the table by its columns. */
function rowOf(out: string, path: string): readonly string[] {
  const line = out.split('\n').find((text) => text.trim().startsWith(`${path} `));
  return line?.trim().split(/ {2,}/) ?? [];
}

describe('policy simulate', () => {
  it('shows both sides of each field and why, of records made up', async () => {
    const { status, out, err } = await simulate(...GRANT);
    expect([status, err]).toEqual([0, '']);
    expect(out).toMatch(/^open-a-shop-identity: market-regulation for open-a-shop .+ made-up records, seed 1\n/);
    expect(out.match(/^\d+\. released {2}query \{"residentId":"\d{4}99/gm)).toHaveLength(3);
    expect(rowOf(out, '/residentId')).toEqual([
      expect.stringMatching(/^\/residentId "\d{4}99\d{11}[\dX]"$/),
      expect.stringMatching(/^\/residentIdMasked "\d{4}99\*{8}\d{3}[\dX]"$/),
      'TREATED',
      'cn.resident-id@1',
      'ends',
    ]);
    expect(rowOf(out, '/birthDate')).toEqual([expect.any(String), '–', 'NOT_GRANTED']);
    expect(out).toContain('\nNOT_GRANTED: No grant names the field for this purpose. 未授权\n');
  });

  it('is one document with --json, as many exchanges as asked for, the same for the same seed', async () => {
    const args = [...GRANT, '--count', '5', '--seed', '42', '--json'];
    const { status, out } = await simulate(...args);
    expect(status).toBe(0);
    const document = JSON.parse(out) as Document;
    expect(document).toMatchObject({ grant: 'open-a-shop-identity', seed: 42, now: '2026-01-01T00:00:00+08:00' });
    expect(document.exchanges).toHaveLength(5);
    expect((await simulate(...args)).out).toBe(out);
    expect((await simulate(...GRANT, '--count', '5', '--seed', '43', '--json')).out).not.toBe(out);
    for (const { record: held, data, query } of document.exchanges) {
      expect(query['residentId']).toBe(held['residentId']);
      expect(Object.keys(data ?? {}).sort()).toEqual(['nameMatches', 'residentIdMasked', 'status']);
    }
  });

  it('shows a made-up record from a file, asked for by what it holds', async () => {
    const { status, out } = await simulate(...GRANT, '--record', written(record()), '--json');
    expect(status).toBe(0);
    const { seed, exchanges } = JSON.parse(out) as Document;
    expect(seed).toBeNull();
    expect(exchanges).toHaveLength(1);
    expect(exchanges[0]).toMatchObject({
      record: record(),
      query: { residentId: '11010519491231002X', name: '欧阳修文' },
      data: { nameMatches: true, residentIdMasked: '110105********002X', status: '正常' },
    });
  });

  it('does not repeat a record that is none of the contract', async () => {
    const file = written({ ...record(), status: '张三在逃' });
    const { status, out, err } = await simulate(...GRANT, '--record', file);
    expect(status).toBe(1);
    expect(out + err).toContain('/status (enum)');
    expect(out + err).not.toContain('张三在逃');
  });

  it('shows what a draft would let out before it is among the policies', async () => {
    const grant = JSON.parse(readFileSync('policies/grants/open-a-shop-identity.json', 'utf8')) as JsonObject;
    const fields = [
      {
        path: '/residentId',
        treatment: 'cn.resident-id.part',
        parameters: { part: 'sex' },
        as: 'sex',
        justification: 'A form asks.',
      },
    ];
    const file = written({ ...grant, fields, validFrom: '2028-01-01T00:00:00Z' });
    const { status, out } = await simulate('--draft', file, '--json');
    expect(status).toBe(0);
    const { exchanges, now } = JSON.parse(out) as Document;
    expect(now).toBe('2028-01-01T00:00:00Z');
    // It is said twice: by the number and by the field that is derived from it.
    for (const { record: held, data } of exchanges) expect(data).toEqual({ sex: held['sex'] });
  });

  it('says at another time what the gateway would then say', async () => {
    const { status, out } = await simulate(...GRANT, '--now', '2031-01-01T00:00:00Z', '--count', '1');
    expect(status).toBe(0);
    expect(out).toMatch(/\n1\. refused: grant\.not-in-force {2}query \{/);
  });

  it('says by path of what nothing can be made up', async () => {
    const schema = 'contracts/public-security/resident-identity/v1/schema.json';
    const root = copyOf(set(schema, '/properties/ethnicity/pattern', '^a$b$'));
    const folders = ['--contracts', join(root, 'contracts'), '--policies', join(root, 'policies')];
    const { status, out, err } = await shuqiao(['policy', 'simulate', ...folders, ...GRANT]);
    expect([status, out]).toEqual([1, '']);
    expect(err).toContain('Nothing can be made up for /ethnicity: ');
  });

  it.each([
    ['neither a grant nor a draft', []],
    ['both', [...GRANT, '--draft', 'x.json']],
    ['a grant that there is not', ['--grant', 'nobody']],
    ['a draft that there is not', ['--draft', 'nowhere.json']],
    ['a seed that is none', [...GRANT, '--seed', 'x']],
    ['no records', [...GRANT, '--count', '0']],
    ['more records than anybody reads', [...GRANT, '--count', '1001']],
    ['a seed for a record that is given', [...GRANT, '--record', 'x.json', '--seed', '1']],
    ['a time that is none', [...GRANT, '--now', 'tomorrow']],
  ])('ends with 1 for %s', async (_, args) => {
    expect(await simulate(...args)).toMatchObject({ status: 1, out: '' });
  });
});
