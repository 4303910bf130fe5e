import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { PLENTY } from '../support/quotas.ts';
import { scratchFolder } from '../support/scratch-folder.ts';
import { shuqiao } from '../support/shuqiao.ts';
import {
  contractsFolder,
  type VersionParts,
  versionFolder,
  withParameter,
  withProperty,
} from '../unit/compatibility/versions.ts';

const DIFF = 'usage: shuqiao contract diff OLD [OLD…] NEW [--policies DIR] [--json]\n';
const LINT = 'usage: shuqiao contract lint [DIR] [--json]\n';

const at = (version: string, parts: VersionParts = {}): string =>
  versionFolder({ ...parts, contract: { version, id: `transport.permit.v${version.split('.')[0]}` } });
const ADDED = {
  record: withProperty('added', { type: 'integer', description: 'x', 'x-classification': 'general-1' }),
};
const REMOVED = { record: withProperty('holder.since', undefined) };
const TIGHTER = { query: withParameter('number', { type: 'string', maxLength: 9, 'x-filter': '/number' }) };

const diff = async (...args: readonly string[]) => await shuqiao(['contract', 'diff', ...args]);
const lint = async (...args: readonly string[]) => await shuqiao(['contract', 'lint', ...args]);

function policiesFolder(): string {
  const names = { en: 'x', zh: '某' };
  const files: Readonly<Record<string, object>> = {
    'departments.json': {
      departments: ['transport', 'police'].map((id) => ({ id, name: names, clearance: 'general-4' })),
    },
    'systems.json': { systems: [{ id: 'police.road', department: 'police', name: names }] },
    'quotas.json': PLENTY,
    'legal-bases.json': { legalBases: [{ id: 'act', instrument: '某法', covers: ['inspect'] }] },
    'purposes.json': { purposes: [{ id: 'inspect', name: names, legalBasis: ['act'], ceiling: { '*': 'exact' } }] },
    'grants/inspect-permits.json': {
      id: 'inspect-permits',
      consumer: { department: 'police', systems: ['police.road'] },
      contract: 'transport.permit.v1',
      purpose: 'inspect',
      parameters: ['number'],
      fields: [{ path: '/holder/since', treatment: 'keep', justification: 'x' }],
      validFrom: '2026-01-01T00:00:00Z',
      validUntil: '2027-01-01T00:00:00Z',
    },
  };
  return scratchFolder(Object.fromEntries(Object.entries(files).map(([name, file]) => [name, JSON.stringify(file)])));
}

describe('shuqiao contract diff', () => {
  it('ends with 0 at a version that breaks nobody', async () => {
    const { status, out, err } = await diff(at('1.2.3'), at('1.3.0', ADDED));
    expect([status, err]).toEqual([0, '']);
    expect(out).toBe(
      'transport.permit.v1 1.2.3 → 1.3.0: response-safe, request-safe\n' +
        '  info     response /added: there is a new optional property. Nothing has to be done. [property-added-optional]\n',
    );
  });

  it('ends with 2 at one that breaks readers or callers, and says where and what to do', async () => {
    const readers = await diff(at('1.2.3'), at('1.3.0', REMOVED));
    expect([readers.status, readers.err]).toEqual([2, '']);
    expect(readers.out).toBe(
      'transport.permit.v1 1.2.3 → 1.3.0: BREAKS RESPONSES, request-safe; somebody has to look at this\n' +
        '  error    response /holder/since: the property is gone, or has another name.' +
        ' Take it back, or publish it as a new major version. [property-removed]\n',
    );
    const callers = await diff(at('1.2.3'), at('1.3.0', TIGHTER));
    expect(callers.status).toBe(2);
    expect(callers.out).toContain('response-safe, BREAKS REQUESTS');
    expect(callers.out).toContain(
      '  error    request /number: a constraint is tighter than before, or new (maxLength).',
    );
  });

  it('lists the same and ends with 0 at a new major version', async () => {
    const { status, out } = await diff(at('1.2.3'), at('2.0.0', REMOVED));
    expect(status).toBe(0);
    expect(out).toContain('BREAKS RESPONSES, request-safe; a new major version');
    expect(out).toContain('[property-removed]');
  });

  it('ends with 2 at other content under the same version', async () => {
    const { status, out } = await diff(at('1.2.3'), at('1.2.3', ADDED));
    expect(status).toBe(2);
    expect(out).toContain('[version-not-raised]');
  });

  it('compares with every old version: one that is broken is enough', async () => {
    const { status, out } = await diff(at('1.1.0', REMOVED), at('1.2.0'), '--json', at('1.3.0', REMOVED));
    expect(status).toBe(2);
    const { comparisons } = JSON.parse(out) as { comparisons: { old: object; needsAttention: boolean }[] };
    expect(comparisons).toMatchObject([
      { old: { version: '1.1.0' }, needsAttention: false },
      { old: { version: '1.2.0' }, needsAttention: true },
    ]);
  });

  it('writes one document of JSON when asked to, with the grants that are touched', async () => {
    const [old, now] = [at('1.2.3'), at('1.3.0', REMOVED)];
    const { status, out, err } = await diff(old, now, '--json', '--policies', policiesFolder());
    expect([status, err]).toEqual([2, '']);
    expect(JSON.parse(out)).toEqual({
      new: { folder: now, id: 'transport.permit.v1', version: '1.3.0' },
      comparisons: [
        {
          old: { folder: old, id: 'transport.permit.v1', version: '1.2.3' },
          findings: [
            {
              rule: 'property-removed',
              of: 'response',
              where: '/holder/since',
              severity: 'error',
              message: 'the property is gone, or has another name',
              remedy: 'Take it back, or publish it as a new major version.',
            },
          ],
          majorRaised: false,
          responseSafe: false,
          requestSafe: true,
          needsAttention: true,
        },
      ],
      impact: [
        {
          grant: 'inspect-permits',
          file: expect.stringMatching(/inspect-permits\.json$/),
          department: 'police',
          systems: ['police.road'],
          contract: 'transport.permit.v1',
          purpose: 'inspect',
          fields: ['/holder/since'],
          parameters: [],
        },
      ],
    });
  });

  it('names the grants for people too, or says that there are none', async () => {
    const touched = await diff(at('1.2.3'), at('1.3.0', REMOVED), '--policies', policiesFolder());
    expect(touched.out).toMatch(
      /\nGrants that are touched:\n {2}inspect-permits \(police, transport\.permit\.v1 for inspect\): \/holder\/since\n$/,
    );
    const none = await diff(at('1.2.3'), at('1.3.0', ADDED), '--policies', policiesFolder());
    expect(none.out).toMatch(/\nNo grant is touched\.\n$/);
  });

  it('ends with 1 where a folder or the policies cannot be read, and compares nothing', async () => {
    const nowhere = join(scratchFolder(), 'v1');
    const broken = versionFolder();
    writeFileSync(join(broken, 'schema.json'), '{');
    for (const args of [
      [nowhere, at('1.3.0')],
      [at('1.2.3'), nowhere],
      [at('1.2.3'), broken],
      [at('1.2.3'), at('1.3.0', ADDED), '--policies', nowhere],
    ]) {
      const { status, out, err } = await diff(...args);
      expect([status, out]).toEqual([1, '']);
      expect(err).toMatch(/\.json: the file (?:cannot be read|is refused as JSON)/);
      expect(err).not.toContain('    at ');
    }
  });

  it('ends with 1 where two folders are not of one contract', async () => {
    const other = versionFolder({ contract: { id: 'transport.licence.v1' } });
    const { status, out, err } = await diff(other, at('1.3.0'));
    expect([status, out]).toEqual([1, '']);
    expect(err).toContain('is a version of transport.licence, but');
  });

  it.each([[[]], [['one']], [['one', 'two', '--policy', 'three']], [['one', 'two', '--policies']]])(
    'shows its usage and ends with 1 when called with %j',
    async (args) => {
      expect(await diff(...args)).toEqual({ status: 1, out: '', err: DIFF });
    },
  );
});

describe('shuqiao contract lint', () => {
  it('ends with 0 where nothing is found', async () => {
    expect(await lint(contractsFolder())).toEqual({ status: 0, out: 'Nothing was found.\n', err: '' });
  });

  it('looks through the folder contracts if no other is named', async () => {
    const folder = scratchFolder();
    mkdirSync(join(folder, 'contracts'));
    const { status, out } = await shuqiao(['contract', 'lint'], { cwd: folder });
    expect(status).toBe(2);
    expect(out).toContain('there are no contracts');
  });

  it('ends with 2 where something is found, by file and field, with what to do', async () => {
    const folder = contractsFolder({
      record: withProperty('mobile', {
        type: 'string',
        description: 'x',
        maxLength: 20,
        'x-classification': 'general-3',
      }),
    });
    const { status, out, err } = await lint(folder);
    expect([status, err]).toEqual([2, '']);
    expect(out).toBe(
      `${join(folder, 'transport/permit/v1/schema.json')}\n` +
        '  warning  /mobile: the field is called like something that points at a person, but has no semantic type.' +
        ' Add x-semantic, without which no treatment understands it; or call it something else.' +
        ' [identifier-without-semantic]\n',
    );
  });

  it('takes what keeps a contract from loading for a finding, and writes one document of JSON when asked to', async () => {
    const folder = contractsFolder({}, { 'schema.json': '{' });
    const { status, out, err } = await lint(folder, '--json');
    expect([status, err]).toEqual([2, '']);
    expect(JSON.parse(out)).toEqual({
      folder,
      findings: [
        {
          rule: 'load',
          file: join(folder, 'transport/permit/v1/schema.json'),
          where: '',
          severity: 'error',
          message: expect.stringContaining('refused as JSON'),
          remedy: expect.any(String),
        },
      ],
    });
  });

  it('ends with 1 where there is no such folder', async () => {
    const folder = scratchFolder({ file: '' });
    const missing = await lint(join(folder, 'missing'));
    expect([missing.status, missing.out]).toEqual([1, '']);
    expect(missing.err).toMatch(/^ENOENT: no such file or directory.*\n$/);
    const file = join(folder, 'file');
    expect(await lint(file)).toEqual({ status: 1, out: '', err: `${file} is not a folder.\n` });
  });

  it.each([[['one', 'two']], [['--jsn']]])('shows its usage and ends with 1 when called with %j', async (args) => {
    expect(await lint(...args)).toEqual({ status: 1, out: '', err: LINT });
  });
});
