import { renameSync, rmSync, symlinkSync, unlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openLooks } from '../../../src/config/looks.ts';
import type { SeenFiles } from '../../../src/config/see-files.ts';
import { scratchFolder } from '../../support/scratch-folder.ts';

/** Long after everything has settled. */
const LATER = Date.now() + 3_600_000;
const MANY = 400;

async function lookingAt(folder: string) {
  const looks = openLooks({ folders: [folder], endings: ['.json'] }, { now: () => LATER });
  return { looks, before: await looks.all() };
}

function manyFiles(): string {
  const names = Array.from({ length: MANY }, (_, at) => `grants/${String(at).padStart(3, '0')}.json`);
  return scratchFolder(Object.fromEntries(names.map((name) => [name, name])));
}

const read = (seen: SeenFiles, path: string): string | undefined => seen.get(path)?.hash;

describe('a look at files, of which there are many', () => {
  it('is the same object as long as nothing changes, however often somebody looks', async () => {
    const { looks, before } = await lookingAt(manyFiles());
    for (let round = 0; round < 10; round += 1) expect(await looks.again(before)).toBe(before);
  });

  it.each<[string, (folder: string) => void]>([
    [
      'renamed into place',
      (folder) => {
        writeFileSync(join(folder, 'grants/next'), 'another');
        renameSync(join(folder, 'grants/next'), join(folder, 'grants/399.json'));
      },
    ],
    ['removed', (folder) => unlinkSync(join(folder, 'grants/399.json'))],
    ['added', (folder) => writeFileSync(join(folder, 'grants/new.json'), 'new')],
    ['gone with its folder', (folder) => rmSync(join(folder, 'grants'), { recursive: true })],
  ])('shows at once what was %s', async (_, change) => {
    const folder = manyFiles();
    const { looks, before } = await lookingAt(folder);
    change(folder);
    const seen = await looks.again(before);
    expect(seen).not.toBe(before);
    expect(
      [...seen.keys()].length === MANY &&
        read(seen, join(folder, 'grants/399.json')) === read(before, join(folder, 'grants/399.json')),
    ).toBe(false);
  });

  it('shows at once what came with a link that is set on another folder', async () => {
    const folder = scratchFolder();
    symlinkSync(manyFiles(), join(folder, 'current'));
    const { looks, before } = await lookingAt(folder);
    symlinkSync(scratchFolder({ 'grants/000.json': 'another' }), join(folder, 'next'));
    renameSync(join(folder, 'next'), join(folder, 'current'));
    expect((await looks.again(before)).size).toBe(1);
  });

  it('shows what was written in place when its turn has come, wherever it stands', async () => {
    const folder = manyFiles();
    for (const name of ['000', '127', '128', '399']) {
      const { looks, before } = await lookingAt(folder);
      writeFileSync(join(folder, `grants/${name}.json`), 'in place');
      let seen = before;
      for (let round = 0; round < Math.ceil(MANY / 128) && seen === before; round += 1)
        seen = await looks.again(before);
      expect(read(seen, join(folder, `grants/${name}.json`))).not.toBe(
        read(before, join(folder, `grants/${name}.json`)),
      );
    }
  });

  it('goes to every file as long as a file or a folder is young: another change might not show', async () => {
    const folder = manyFiles();
    const looks = openLooks({ folders: [folder], endings: ['.json'] }, { now: Date.now });
    const before = await looks.all();
    expect(await looks.again(before)).not.toBe(before);
  });
});
