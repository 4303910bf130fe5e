import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readSignerKeyFile } from '../../src/config/note-key-file.ts';
import { parseVerifierKey } from '../../src/transparency/note-keys.ts';
import { scratchFolder } from '../support/scratch-folder.ts';
import { shuqiao } from '../support/shuqiao.ts';

describe('shuqiao note-key generate', () => {
  it.each([
    ['log', 'ed25519'],
    ['witness', 'cosignature/v1'],
  ])(
    'makes the key of a %s for its owner alone, and shows what verifies it and nothing more',
    async (kind, keyKind) => {
      const file = join(scratchFolder(), 'note.key');
      const call = ['note-key', 'generate', '--name', 'ledger.example/1', '--kind', kind, '--output', file];
      const { status, out, err } = await shuqiao(call);
      expect([status, err]).toEqual([0, '']);
      const { vkey, kind: made } = parseVerifierKey(out.trimEnd());
      expect([made, readSignerKeyFile(file).vkey]).toEqual([keyKind, vkey]);
      expect(statSync(file).mode & 0o777).toBe(0o600);

      const before = readFileSync(file, 'utf8');
      expect(await shuqiao(call)).toMatchObject({ status: 1, out: '' });
      expect(readFileSync(file, 'utf8')).toBe(before);
    },
  );

  it('is not called otherwise than its usage says, nor for a name that no key can have', async () => {
    const file = join(scratchFolder(), 'note.key');
    const rest = ['--kind', 'log', '--output', file];
    for (const args of [rest, ['--name', 'a', '--kind', 'ledger', '--output', file], ['--name', 'a', '--kind', 'log']])
      expect(await shuqiao(['note-key', 'generate', ...args])).toMatchObject({
        status: 1,
        err: expect.stringContaining('usage: '),
      });
    expect(await shuqiao(['note-key', 'generate', '--name', 'a b', ...rest])).toMatchObject({
      status: 1,
      err: expect.stringContaining('no space'),
    });
  });
});
