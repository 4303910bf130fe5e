import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { formatBase64 } from '../../src/transparency/base64.ts';
import { formatCheckpoint } from '../../src/transparency/checkpoint.ts';
import { cosign } from '../../src/transparency/cosignature.ts';
import { writeEntryBundle } from '../../src/transparency/entry-bundle.ts';
import { openFrontier } from '../../src/transparency/frontier.ts';
import { generateSignerKey, parseSignerKey } from '../../src/transparency/note-keys.ts';
import { consistencyProof, inclusionProof } from '../../src/transparency/prove.ts';
import { formatNote, parseSignatures, signNote } from '../../src/transparency/signed-note.ts';
import { entriesPath, TILE_WIDTH, tileHashReader, tilePath, tilesOf } from '../../src/transparency/tile.ts';
import { memoryLog } from '../support/memory-log.ts';
import { scratchFolder } from '../support/scratch-folder.ts';
import { isInstalled, sayMissing } from '../support/tools.ts';

const GOPATH = '/usr/share/gocode';
const GO = isInstalled('go', ['version']) && existsSync(join(GOPATH, 'src/golang.org/x/mod/sumdb/tlog'));
const SIZE = 70_000;
const OLDER = 65_500;
const RECORDS = [0, 1, 255, 256, 4_095, 65_535, 65_536, SIZE - 2, SIZE - 1];

const log = generateSignerKey('ledger.example/1', 'ed25519');
const witness = parseSignerKey(generateSignerKey('witness.example', 'cosignature/v1').skey);

/** Signed by the log and by a witness, whose kind of signature Go does not know and passes over. */
function checkpointOf(size: number, root: Uint8Array): string {
  const text = formatCheckpoint({ origin: 'ledger.example/1', size, root, extensions: [] });
  const cosigned = parseSignatures(cosign(text, witness, 1_790_000_000));
  return formatNote({ text, signatures: [signNote(text, parseSignerKey(log.skey)), ...cosigned] });
}

/** All that there is of a log, as it is served. */
async function logFolder(): Promise<string> {
  const entries = Array.from({ length: SIZE }, (_, at) => Buffer.from(`{"entry":${at},"text":"数据"}`));
  const { leaves, tileBytes } = memoryLog(entries);
  const frontier = openFrontier();
  leaves.slice(0, OLDER).forEach(frontier.append);
  const older = checkpointOf(OLDER, frontier.root());
  leaves.slice(OLDER).forEach(frontier.append);
  const files: Record<string, string | Uint8Array> = {
    vkey: log.vkey,
    older,
    checkpoint: checkpointOf(SIZE, frontier.root()),
  };
  for (const tile of tilesOf(SIZE)) {
    const { level, index, width } = tile;
    files[tilePath(level, index, width)] = tileBytes(tile);
    const first = index * TILE_WIDTH;
    if (level === 0) files[entriesPath(index, width)] = writeEntryBundle(entries.slice(first, first + width));
  }
  const reader = tileHashReader(SIZE, async (tile) => tileBytes(tile));
  const records = RECORDS.map(async (index) => ({
    index,
    hashes: (await inclusionProof(reader, index, SIZE)).map(formatBase64),
  }));
  const consistency = (await consistencyProof(reader, OLDER, SIZE)).map(formatBase64);
  files['proofs.json'] = JSON.stringify({ records: await Promise.all(records), consistency });
  return scratchFolder(files);
}

function program(): (folder: string) => string {
  const folder = scratchFolder();
  const built = spawnSync('go', ['build', '-o', join(folder, 'go-tlog'), resolve('test/conformance/go-tlog/main.go')], {
    env: { PATH: process.env['PATH'], GO111MODULE: 'off', GOPATH, GOCACHE: join(folder, 'cache'), HOME: folder },
    encoding: 'utf8',
  });
  expect(built.stderr).toBe('');
  return (of) => spawnSync(join(folder, 'go-tlog'), [of], { encoding: 'utf8', timeout: 60_000 }).stdout;
}

/** Another bit of one byte; in base64, another character. */
function change(file: string, part: number): void {
  const bytes = readFileSync(file);
  const at = Math.floor((bytes.length - 1) * part);
  bytes.writeUInt8(bytes.readUInt8(at) ^ 1, at);
  writeFileSync(file, bytes);
}

describe('golang.org/x/mod/sumdb, which verifies Go’s own modules', () => {
  if (!GO) {
    sayMissing('golang-go and golang-golang-x-mod-dev', 'apt-get install golang-go golang-golang-x-mod-dev');
    return;
  }

  it('opens our checkpoints, makes the root of our entries, and our proofs of our tiles', {
    timeout: 120_000,
  }, async () => {
    const verify = program();
    const folder = await logFolder();
    expect(verify(folder)).toBe(`verified ${SIZE}\n`);

    const changes = [
      ['checkpoint', 0.5, /^checkpoint: /],
      ['older', 0.5, /^older checkpoint: /],
      ['tile/entries/100', 1, /^entries: another root/],
      ['tile/entries/273.p/112', 1, /^entries: another root/],
      ['tile/0/100', 0.5, /^tiles: another/],
      ['tile/0/273.p/112', 0, /^tiles: another/],
      ['tile/1/000', 0.1, /^tiles: another/],
      ['proofs.json', 0.5, /^proofs: /],
    ] as const;
    for (const [file, part, refused] of changes) {
      const other = join(scratchFolder(), 'log');
      cpSync(folder, other, { recursive: true });
      change(join(other, file), part);
      expect([file, verify(other)]).toEqual([file, expect.stringMatching(refused)]);
    }
  });
});
