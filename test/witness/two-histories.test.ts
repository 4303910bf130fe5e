import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { RunningWitness } from '../../src/cli/start-witness.ts';
import { parseWitnessConfig, readWitnessFiles } from '../../src/config/witness-config.ts';
import { generateSignerKey } from '../../src/transparency/note-keys.ts';
import { admitLog } from '../../src/witness/admit-log.ts';
import { originHash } from '../../src/witness/origin-hash.ts';
import { openRecord } from '../../src/witness/record.ts';
import { type GrowingLog, growingLog } from '../support/growing-log.ts';
import {
  runWitness,
  submission,
  submit,
  type WitnessReply,
  type WitnessSetting,
  witnessSetting,
} from '../support/test-witness.ts';

let log: GrowingLog;
let setting: WitnessSetting;
const running: RunningWitness[] = [];

async function start(): Promise<RunningWitness> {
  const witness = await runWitness(setting);
  running.push(witness);
  return witness;
}

async function stopAll(): Promise<void> {
  await Promise.all(running.splice(0).map(async (witness) => await witness.stop()));
}

beforeEach(async () => {
  log = growingLog();
  log.grow(10);
  setting = await witnessSetting([log]);
});
afterEach(async () => {
  await stopAll();
  setting.remove();
});

const folder = (): string => join(setting.stateDir, originHash(log.origin));
const cosigned = (replies: readonly WitnessReply[]): readonly WitnessReply[] =>
  replies.filter(({ status }) => status === 200);

describe('of two histories', () => {
  it('one alone is cosigned, when twenty requests for either come at once', async () => {
    for (let round = 0; round < 10; round += 1) {
      const { url } = await start();
      const base = log.size;
      expect((await submit(url, await submission(log, round === 0 ? 0 : base))).status).toBe(200);
      const fork = log.fork(base);
      log.grow(10);
      fork.grow(10);
      const asked = Array.from({ length: 10 }, (_, more) => base + more + 1);
      const bodies = await Promise.all(
        asked.flatMap((size) => [submission(log, base, size), submission(fork, base, size)]),
      );
      const replies = await Promise.all(bodies.map(async (body) => await submit(url, body)));
      expect(cosigned(replies)).toHaveLength(1);
      expect(replies.filter(({ status }) => status === 409)).toHaveLength(19);
      if (replies.findIndex(({ status }) => status === 200) % 2 === 1) log = fork;
      const { body } = await submit(url, await submission(log, base, base));
      log = log.fork(Number(body));
      await stopAll();
    }
  });

  it('the second is refused whoever signs it, also with the key of the log stolen', async () => {
    const { url } = await start();
    expect((await submit(url, await submission(log, 0))).status).toBe(200);
    const forged = log.fork(4);
    forged.grow(20);
    const attempts = await Promise.all([0, 4, 10].map(async (oldSize) => await submission(forged, oldSize)));
    const statuses = (await Promise.all(attempts.map(async (body) => await submit(url, body)))).map(
      ({ status }) => status,
    );
    expect(statuses).toEqual([409, 409, 422]);
    log.grow(1);
    expect((await submit(url, await submission(log, 10))).status).toBe(200);
  });

  it('the second is refused after a restart', async () => {
    const first = await start();
    expect((await submit(first.url, await submission(log, 0))).status).toBe(200);
    await stopAll();
    const forged = log.fork(9);
    forged.grow(5);
    const { url } = await start();
    expect((await submit(url, await submission(forged, 0))).status).toBe(409);
    expect((await submit(url, await submission(forged, 10))).status).toBe(422);
  });

  it('one alone is cosigned by two processes on one folder, and the one that came late cosigns no more', async () => {
    const [one, other] = [await start(), await start()];
    const fork = log.fork(5);
    fork.grow(9);
    const replies = await Promise.all([
      submit(one.url, await submission(log, 0)),
      submit(other.url, await submission(fork, 0)),
    ]);
    expect(new Set(replies.map(({ status }) => status))).toEqual(new Set([200, 500]));
    const late = replies[0].status === 200 ? other : one;
    expect((await fetch(`${late.url}/healthz`)).status).toBe(503);
    for (const branch of [log, fork]) expect((await submit(late.url, await submission(branch, 0))).status).toBe(500);
  });

  it('one alone is cosigned also when the other process has written more than once since', async () => {
    const [one, other] = [await start(), await start()];
    for (const [from, to] of [
      [0, 3],
      [3, 6],
      [6, 10],
    ] as const)
      expect((await submit(one.url, await submission(log, from, to))).status).toBe(200);
    expect((await submit(other.url, await submission(log.fork(3), 0))).status).toBe(500);
    await stopAll();
    const { url } = await start();
    expect((await submit(url, await submission(log, 10))).status).toBe(200);
  });
});

describe('a witness whose record is not what it was', () => {
  const notes = (): readonly string[] => readdirSync(folder());
  const refused = async (): Promise<void> => await expect(start()).rejects.toThrow('of the log ledger.test/1');

  beforeEach(async () => {
    const { url } = await start();
    expect((await submit(url, await submission(log, 0))).status).toBe(200);
    await stopAll();
    expect(notes()).toEqual(['1']);
  });

  it.each([
    ['gone', () => rmSync(folder(), { recursive: true })],
    ['empty', () => rmSync(join(folder(), '1'))],
    ['torn', () => tear((note) => note.slice(0, note.length / 2))],
    ['of no length', () => tear(() => '')],
    ['edited', () => tear((note) => note.replace('\n10\n', '\n9\n'))],
    ['one whose newest note is torn, although an older one is there', () => writeFileSync(join(folder(), '2'), '')],
  ])('does not start: %s', async (_, damage) => {
    damage();
    await refused();
  });

  function tear(into: (note: string) => string): void {
    const file = join(folder(), '1');
    writeFileSync(file, into(readFileSync(file, 'utf8')));
  }

  it('does not start: of another log', async () => {
    const other = growingLog('ledger.test/2');
    const elsewhere = await witnessSetting([other]);
    const theirs = join(elsewhere.stateDir, originHash(other.origin));
    rmSync(folder(), { recursive: true });
    cpSync(theirs, folder(), { recursive: true });
    elsewhere.remove();
    await refused();
  });

  it('does not start under another key', async () => {
    const { skey } = generateSignerKey('witness.test/w1', 'cosignature/v1');
    writeFileSync(setting.environment['SHUQIAO_WITNESS_KEY_FILE'] ?? '', `${skey}\n`);
    await refused();
  });

  it('is not begun anew by admitting the log again', async () => {
    const files = readWitnessFiles(parseWitnessConfig(setting.environment));
    const again = { ...files, origin: log.origin, stateDir: setting.stateDir, nowMs: Date.now(), from: undefined };
    await expect(admitLog(again)).rejects.toThrow('admitted before');
    rmSync(join(folder(), '1'));
    await expect(admitLog(again)).rejects.toThrow('admitted before');
  });

  it('takes what a process left behind that died while it wrote', async () => {
    writeFileSync(join(folder(), 'draft-00'), 'half of a no');
    writeFileSync(join(folder(), '0'), 'an older one, not taken away yet');
    const { url } = await start();
    expect((await submit(url, await submission(log, 10))).status).toBe(200);
    expect(notes()).toEqual(['2']);
  });
});

describe('a log that is admitted at a checkpoint', () => {
  it('has to go on from there', async () => {
    const origin = 'ledger.test/2';
    const second = growingLog(origin);
    second.grow(8);
    writeFileSync(setting.environment['SHUQIAO_WITNESS_LOGS_FILE'] ?? '', `log ${second.vkey}\nquorum none\n`);
    const files = readWitnessFiles(parseWitnessConfig(setting.environment));
    const from = await second.note();
    await admitLog({ ...files, origin, stateDir: setting.stateDir, nowMs: Date.now(), from });
    const { url } = await start();
    const fork = second.fork(7);
    fork.grow(5);
    second.grow(2);
    expect((await submit(url, await submission(fork, 0))).body).toBe('8\n');
    expect((await submit(url, await submission(fork, 8))).status).toBe(422);
    expect((await submit(url, await submission(second, 8))).status).toBe(200);
  });

  it('is not admitted at one that it did not sign, or that is of another log', async () => {
    const files = readWitnessFiles(parseWitnessConfig(setting.environment));
    const stateDir = join(setting.folder, 'new');
    mkdirSync(stateDir);
    const admit = async (from: string): Promise<number> =>
      await admitLog({ ...files, origin: log.origin, stateDir, nowMs: Date.now(), from });
    await expect(admit(await growingLog().note(0))).rejects.toThrow('not signed');
    await expect(
      admit(log.sign(`ledger.test/9\n${(await log.note()).split('\n').slice(1, 3).join('\n')}\n`)),
    ).rejects.toThrow('another log');
    expect(readdirSync(stateDir)).toEqual([]);
  });
});

describe('a record', () => {
  it('takes nothing more after a write of which it does not know whether it is there', async () => {
    await start().then(async ({ url }) => await submit(url, await submission(log, 0)));
    await stopAll();
    const record = await openRecord(folder());
    writeFileSync(join(folder(), '2'), 'of somebody else');
    await expect(record.replace('a')).rejects.toThrow('another process');
    rmSync(join(folder(), '2'));
    await expect(record.replace('a')).rejects.toThrow('an earlier write failed');
  });

  it('takes the next after one that did not come as far as having a name', async () => {
    await start().then(async ({ url }) => await submit(url, await submission(log, 0)));
    await stopAll();
    const record = await openRecord(folder());
    const aside = `${folder()}-aside`;
    cpSync(folder(), aside, { recursive: true });
    rmSync(folder(), { recursive: true });
    await expect(record.replace('a')).rejects.toMatchObject({ code: 'ENOENT' });
    cpSync(aside, folder(), { recursive: true });
    await record.replace('a');
    expect(record.newest()).toBe('a');
    expect(readFileSync(join(folder(), '2'), 'utf8')).toBe('a');
  });
});
