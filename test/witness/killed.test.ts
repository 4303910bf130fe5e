import { setTimeout } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseCheckpoint } from '../../src/transparency/checkpoint.ts';
import { isSameHash } from '../../src/transparency/hashes.ts';
import { openNote } from '../../src/transparency/signed-note.ts';
import { originHash } from '../../src/witness/origin-hash.ts';
import { type GrowingLog, growingLog } from '../support/growing-log.ts';
import { type Running, run } from '../support/process.ts';
import { built } from '../support/shuqiao.ts';
import { submission, submit, type WitnessSetting, witnessSetting } from '../support/test-witness.ts';

const ROUNDS = 36;
const STEPS = 40;
const LATEST_MS = 60;

interface Cosigned {
  readonly branch: GrowingLog;
  readonly size: number;
}

let log: GrowingLog;
let setting: WitnessSetting;
beforeAll(async () => {
  log = growingLog();
  log.grow(3);
  setting = await witnessSetting([log]);
});
afterAll(() => setting.remove());

async function startProcess(): Promise<{ readonly witness: Running; readonly url: string }> {
  const witness = run(process.execPath, [built('cli/shuqiao.js'), 'witness'], { environment: setting.environment });
  await witness.until('"event":"listening"');
  return { witness, url: /"url":"([^"]+)"/.exec(witness.out())?.[1] ?? '' };
}

/** A log, or who stole its key, that has its next sizes cosigned until the witness is gone. @returns what it was given */
async function insist(url: string, branch: GrowingLog, from: number): Promise<readonly Cosigned[]> {
  const given: Cosigned[] = [];
  let known = from;
  try {
    for (let size = from + 1; size <= branch.size; size += 1) {
      const { status, body } = await submit(url, await submission(branch, Math.min(known, size), size));
      if (status === 409) known = Number(body);
      if (status !== 200) continue;
      known = size;
      expect(openNote(`${await branch.note(size)}${body}`, [setting.own]).verifiedBy).toHaveLength(1);
      given.push({ branch, size });
    }
  } catch {
    // It was killed while it answered, or before.
  }
  return given;
}

async function newest(url: string): Promise<ReturnType<typeof parseCheckpoint> | undefined> {
  const response = await fetch(`${url}/${originHash(log.origin)}/checkpoint`);
  return response.ok ? parseCheckpoint(openNote(await response.text(), [setting.own]).text) : undefined;
}

describe('a witness that is killed at any moment while two histories want its cosignature', () => {
  it(`gives it to one of them, and remembers all that it gave, ${ROUNDS} times`, async () => {
    let cosigned = 0;
    for (let round = 0; round < ROUNDS; round += 1) {
      const base = log.size;
      const fork = log.fork(base);
      log.grow(STEPS);
      fork.grow(STEPS);
      const { witness, url } = await startProcess();
      const insisting = [log, fork].map(async (branch) => await insist(url, branch, round === 0 ? 0 : base));
      await setTimeout(Math.random() * LATEST_MS);
      witness.child.kill('SIGKILL');
      await witness.ended();
      const given = (await Promise.all(insisting)).flat();
      cosigned += given.length;

      const after = await startProcess();
      const kept = await newest(after.url);
      after.witness.child.kill('SIGKILL');
      await after.witness.ended();
      const size = kept?.size ?? 0;
      const isOf = async (branch: GrowingLog): Promise<boolean> =>
        kept === undefined || isSameHash(await branch.root(size), kept.root);
      const winner = (await isOf(log)) ? log : fork;
      expect(await isOf(winner)).toBe(true);
      for (const one of given) {
        expect(one.size).toBeLessThanOrEqual(size);
        // Up to where they part they are one history.
        if (one.size > base) expect(one.branch).toBe(winner);
      }
      log = winner.fork(Math.max(size, base));
    }
    // A slow machine is often killed before it answered at all.
    expect(cosigned).toBeGreaterThan(ROUNDS / 6);
  }, 180_000);
});
