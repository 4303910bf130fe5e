import { mkdirSync, renameSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { changedSince, isSame, type SeenFiles, seeFiles } from '../../../src/config/see-files.ts';
import { scratchFolder } from '../../support/scratch-folder.ts';

const LATER = Date.now() + 3_600_000;
const see = async (folder: string, before?: SeenFiles, nowMs = LATER): Promise<SeenFiles> =>
  await seeFiles({ folders: [folder], endings: ['.json'] }, nowMs, before);

/** What is seen, and what it would be if nothing were read that can be known. */
async function seenTwice(folder: string, change: () => void): Promise<readonly [SeenFiles, SeenFiles]> {
  const before = await see(folder);
  change();
  return [before, await see(folder, before)];
}

describe('files that are looked at', () => {
  it('are all JSON files below the folder and no others', async () => {
    const folder = scratchFolder({
      'a.json': '{}',
      'b/c/d.json': '{}',
      'b/readme.md': '',
      'b/e.json~': '',
      '.git/f.json': '{}',
    });
    expect([...(await see(folder)).keys()].sort()).toEqual([join(folder, 'a.json'), join(folder, 'b/c/d.json')]);
  });

  it('are the same as long as nobody touches them', async () => {
    const folder = scratchFolder({ 'a.json': '{}', 'b.json': '{}' });
    const [before, now] = await seenTwice(folder, () => {});
    expect(isSame(before, now)).toBe(true);
    expect(changedSince(before, now)).toEqual([]);
  });

  it.for<[string, (file: string) => void, boolean]>([
    ['written', (file) => writeFileSync(file, '{"a":2}'), true],
    ['written with its old time', (file) => writeKeepingTime(file), true],
    ['replaced by another of its size and time', (file) => replaceKeepingTime(file), true],
    ['removed', (file) => rmSync(file), true],
    ['replaced by a folder', (file) => (rmSync(file), mkdirSync(file)), true],
    ['replaced by a link to nothing', (file) => (rmSync(file), symlinkSync('nowhere', file)), true],
    ['touched', (file) => utimesSync(file, 1, 1), false],
    ['replaced by its like', (file) => (rmSync(file), writeFileSync(file, '{"a":1}')), false],
  ])('are not the same after one was %s', async ([, change, changed]) => {
    const folder = scratchFolder({ 'a.json': '{"a":1}', 'b.json': '{}' });
    const file = join(folder, 'a.json');
    utimesSync(file, 7, 7);
    const [before, now] = await seenTwice(folder, () => change(file));
    expect(isSame(before, now)).toBe(false);
    expect(changedSince(before, now)).toEqual(changed ? [file] : []);
  });

  it('are not the same after one was added, which changes none of those before', async () => {
    const folder = scratchFolder({ 'a.json': '{}' });
    const [before, now] = await seenTwice(folder, () => writeFileSync(join(folder, 'b.json'), '{}'));
    expect(isSame(before, now)).toBe(false);
    expect(changedSince(before, now)).toEqual([]);
  });

  it('that cannot be read count as changed, also if they could not be read before', async () => {
    const folder = scratchFolder();
    mkdirSync(join(folder, 'a.json'));
    const [before, now] = await seenTwice(folder, () => {});
    expect(isSame(before, now)).toBe(true);
    expect(changedSince(before, now)).toEqual([join(folder, 'a.json')]);
  });

  it('have all vanished with their folder', async () => {
    const folder = scratchFolder({ 'v1/a.json': '{}', 'v1/b.json': '{}' });
    const before = await see(join(folder, 'v1'));
    renameSync(join(folder, 'v1'), join(folder, 'v2'));
    const now = await see(join(folder, 'v1'), before);
    expect(now.size).toBe(0);
    expect(changedSince(before, now)).toHaveLength(2);
  });

  it('are seen through a link that is set on another folder', async () => {
    const folder = scratchFolder({ 'v1/a.json': '1', 'v1/b.json': '1', 'v2/a.json': '1', 'v2/b.json': '2' });
    symlinkSync('v1', join(folder, 'current'));
    const before = await see(join(folder, 'current'));
    relink(folder, 'current', 'v2');
    const now = await see(join(folder, 'current'), before);
    expect(changedSince(before, now)).toEqual([join(folder, 'current', 'b.json')]);
  });

  it('are seen once in a volume as Kubernetes mounts it, and nothing vanishes with its hidden folder', async () => {
    const folder = scratchFolder({ '..1/a.json': '1', '..2/a.json': '1' });
    symlinkSync('..1', join(folder, '..data'));
    symlinkSync('..data/a.json', join(folder, 'a.json'));
    const before = await see(folder);
    expect([...before.keys()]).toEqual([join(folder, 'a.json')]);
    relink(folder, '..data', '..2');
    rmSync(join(folder, '..1'), { recursive: true });
    const now = await see(folder, before);
    expect(isSame(before, now)).toBe(false);
    expect(changedSince(before, now)).toEqual([]);
  });

  it('have an end where folders are linked in a circle', async () => {
    const folder = scratchFolder({ 'a/b.json': '{}' });
    symlinkSync('..', join(folder, 'a', 'up'));
    expect([...(await see(folder)).keys()]).toContain(join(folder, 'a/b.json'));
  });
});

describe('a file whose stamp is the same', () => {
  const seenAs = (before: SeenFiles, hash: string): SeenFiles =>
    new Map([...before].map(([path, file]) => [path, { ...file, hash }]));

  it('is read again while it is young: another change may lie within the same tick', async () => {
    const folder = scratchFolder({ 'a.json': '{}' });
    const before = await see(folder, undefined, Date.now());
    const now = await see(folder, seenAs(before, 'of an earlier content'));
    expect(isSame(before, now)).toBe(true);
  });

  it('is not read again once it has settled', async () => {
    const folder = scratchFolder({ 'a.json': '{}' });
    const before = seenAs(await see(folder), 'known');
    expect([...(await see(folder, before)).values()].map(({ hash }) => hash)).toEqual(['known']);
  });
});

function writeKeepingTime(file: string): void {
  writeFileSync(file, '{"a":2}');
  utimesSync(file, 7, 7);
}

function replaceKeepingTime(file: string): void {
  writeKeepingTime(`${file}.new`);
  renameSync(`${file}.new`, file);
}

/** As whoever deploys does it: in one step. */
function relink(folder: string, link: string, target: string): void {
  symlinkSync(target, join(folder, 'link.new'));
  renameSync(join(folder, 'link.new'), join(folder, link));
}
