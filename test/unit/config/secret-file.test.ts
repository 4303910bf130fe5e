import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openSecretFile } from '../../../src/config/secret-file.ts';
import type { Secret } from '../../../src/domain/source-settings.ts';
import { scratchFolder } from '../../support/scratch-folder.ts';

const word = (text: string): string | undefined => (/^[a-z]+$/.test(text) ? text : undefined);

function opened(first = 'one\n') {
  const file = join(scratchFolder({ secret: first }), 'secret');
  const clock = { ms: 1_000_000, now: () => clock.ms };
  return { file, clock, secret: openSecretFile(file, word, clock) };
}

const currentOf = async (secret: Secret<string> | undefined) => await secret?.current();

describe('a secret file', () => {
  it('is none to begin with if it cannot be read or holds no secret', () => {
    expect(opened('').secret).toBeUndefined();
    expect(opened('ONE').secret).toBeUndefined();
    expect(openSecretFile('/nowhere/secret', word, { now: Date.now })).toBeUndefined();
  });

  it('is read again after five seconds and not before, whatever its times say', async () => {
    const { file, clock, secret } = opened();
    writeFileSync(file, 'two');
    clock.ms += 4_999;
    expect(await currentOf(secret)).toBe('one');
    clock.ms += 1;
    expect(await currentOf(secret)).toBe('two');
  });

  it('is read again after the clock was set back', async () => {
    const { file, clock, secret } = opened();
    writeFileSync(file, 'two');
    clock.ms -= 3_600_000;
    expect(await currentOf(secret)).toBe('two');
  });

  it('keeps the last good secret while it is away or broken, and takes the next good one', async () => {
    const { file, clock, secret } = opened();
    for (const change of [() => rmSync(file), () => writeFileSync(file, 'TWO'), () => writeFileSync(file, '')]) {
      change();
      clock.ms += 5_000;
      expect(await currentOf(secret)).toBe('one');
    }
    writeFileSync(file, 'three');
    clock.ms += 5_000;
    expect(await currentOf(secret)).toBe('three');
  });
});
