import { chmodSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readSignerKeyFile, writeSignerKeyFile } from '../../../src/config/note-key-file.ts';
import { FaultsError } from '../../../src/domain/fault.ts';
import { generateSignerKey, parseVerifierKey } from '../../../src/transparency/note-keys.ts';
import { scratchFolder } from '../../support/scratch-folder.ts';

const { skey, vkey } = generateSignerKey('ledger.example/1', 'ed25519');

function written(text: string = skey): string {
  const file = join(scratchFolder({}), 'log.key');
  writeSignerKeyFile(file, text);
  return file;
}

describe('a file of a key that signs notes', () => {
  it('is written for its owner alone, and gives the signer again', () => {
    const file = written();
    expect(statSync(file).mode & 0o777).toBe(0o600);
    const signer = readSignerKeyFile(file);
    expect(signer.vkey).toBe(vkey);
    const message = Buffer.from('text\n');
    expect(parseVerifierKey(vkey).verify('text\n', signer.sign(message))).toEqual({ time: undefined });
  });

  it('is never written over', () => {
    const file = written();
    expect(() => writeSignerKeyFile(file, 'another')).toThrow('EEXIST');
    expect(readFileSync(file, 'utf8')).toBe(`${skey}\n`);
  });

  it.each([0o640, 0o604, 0o620, 0o602, 0o666])('is refused where others may read or write it (%o)', (mode) => {
    const file = written();
    chmodSync(file, mode);
    expect(() => readSignerKeyFile(file)).toThrow('others may read or write it');
  });

  it('is refused if it is away or holds something else, and nothing of it is repeated', () => {
    expect(() => readSignerKeyFile('/nowhere/log.key')).toThrow(FaultsError);
    for (const text of ['', `${skey}\n`, ` ${skey}`, skey.slice(0, -1), vkey, skey.replace('ledger', 'other')]) {
      const file = written(text);
      const refused = (): unknown => readSignerKeyFile(file);
      expect(refused).toThrow(FaultsError);
      expect(refused).not.toThrow(skey.slice(-20));
    }
  });
});
