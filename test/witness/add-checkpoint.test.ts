import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { RunningWitness } from '../../src/cli/start-witness.ts';
import { EMPTY_ROOT } from '../../src/transparency/hashes.ts';
import { openNote } from '../../src/transparency/signed-note.ts';
import { formatAddCheckpoint } from '../../src/witness/add-checkpoint.ts';
import { originHash } from '../../src/witness/origin-hash.ts';
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
let witness: RunningWitness;
let nowMs: number;
const lines: string[] = [];

beforeEach(async () => {
  nowMs = Date.now() + 5000;
  lines.length = 0;
  log = growingLog();
  log.grow(7);
  setting = await witnessSetting([log]);
  witness = await runWitness(setting, { now: () => nowMs, out: (line) => lines.push(line) });
});
afterEach(async () => {
  await witness.stop();
  setting.remove();
});

const send = async (body: string | Uint8Array): Promise<WitnessReply> => await submit(witness.url, body);
const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64');

describe('a witness that is shown a checkpoint', () => {
  it('cosigns the first one, whatever its size, with the time of its clock', async () => {
    const reply = await send(await submission(log, 0));
    expect([reply.status, reply.type]).toEqual([200, 'text/plain; charset=utf-8']);
    expect(reply.body).toMatch(/^— witness\.test\/w1 [A-Za-z0-9+/]+=*\n$/);
    const { verifiedBy } = openNote(`${await log.note()}${reply.body}`, [setting.own]);
    expect(verifiedBy.map(({ time }) => time)).toEqual([Math.floor(nowMs / 1000)]);
  });

  it('cosigns every one that continues the last, at each pair of sizes', async () => {
    log.grow(33);
    let last = 0;
    for (const size of [1, 2, 3, 7, 8, 9, 16, 31, 32, 40]) {
      expect((await send(await submission(log, last, size))).status).toBe(200);
      last = size;
    }
  });

  it('cosigns the same one again, anew', async () => {
    const first = await send(await submission(log, 0));
    nowMs += 60_000;
    const again = await send(await submission(log, 7));
    expect(again.status).toBe(200);
    expect(again.body).not.toBe(first.body);
  });

  it('cosigns the empty tree, and what comes after it without a proof', async () => {
    expect((await send(await submission(log, 0, 0))).status).toBe(200);
    expect((await send(await submission(log, 0, 0))).status).toBe(200);
    expect((await send(await submission(log, 0, 3))).status).toBe(200);
  });

  it('passes over signatures by keys that it does not know', async () => {
    const other = growingLog();
    const note = await log.note();
    const stranger = other.sign(note.slice(0, note.indexOf('\n\n') + 1)).split('\n\n')[1] ?? '';
    expect((await send(`old 0\n\n${note}${stranger}`)).status).toBe(200);
    const served = await (await fetch(`${witness.url}/${originHash(log.origin)}/checkpoint`)).text();
    expect(served).not.toContain(stranger);
  });
});

describe('409: another size is known', () => {
  it.each([0, 3, 6])('is told to who takes it for %i, as text/x.tlog.size', async (oldSize) => {
    await send(await submission(log, 0));
    log.grow(3);
    const reply = await send(await submission(log, oldSize));
    expect(reply).toEqual({ status: 409, type: 'text/x.tlog.size', body: '7\n' });
  });

  it('is told to who takes it for more', async () => {
    expect(await send(await submission(log, 5))).toEqual({ status: 409, type: 'text/x.tlog.size', body: '0\n' });
  });

  it('is told for an older checkpoint too', async () => {
    await send(await submission(log, 0));
    expect((await send(await submission(log, 3, 5))).status).toBe(409);
  });
});

describe('404: the log is not known', () => {
  it('although it is signed by one that is', async () => {
    const text = (await log.note()).split('\n\n')[0] ?? '';
    const note = log.sign(`${text.replace(log.origin, 'ledger.test/2')}\n`);
    expect((await send(`old 0\n\n${note}`)).status).toBe(404);
  });

  it.each(['/', '/add-checkpoint/', '/add-checkpoint?x', '/sign-subtree', '/constructor'])(
    'nor is there anything at %s',
    async (path) => {
      expect((await fetch(`${witness.url}${path}`, { method: 'POST', body: '' })).status).toBe(404);
    },
  );

  it('405 for another method', async () => {
    const response = await fetch(`${witness.url}/add-checkpoint`);
    expect([response.status, response.headers.get('allow')]).toEqual([405, 'POST']);
  });
});

describe('403: not signed by the log', () => {
  it('but by another key of the same name', async () => {
    const other = growingLog();
    other.grow(7);
    expect((await send(await submission(other, 0))).status).toBe(403);
  });

  it('with a signature that is not of this text', async () => {
    const note = await log.note(7);
    const [, signature = ''] = (await log.note(6)).split('\n\n');
    expect((await send(`old 0\n\n${note.split('\n\n')[0] ?? ''}\n\n${signature}`)).status).toBe(403);
  });

  it('with a good signature, and a bad one that names the same key', async () => {
    const [, bad = ''] = (await log.note(6)).split('\n\n');
    expect((await send(`old 0\n\n${await log.note()}${bad}`)).status).toBe(403);
    expect((await send(await submission(log, 5))).body).toBe('0\n');
  });
});

describe('422: it does not continue what was cosigned', () => {
  it('with a wrong, a short, a long or no proof', async () => {
    await send(await submission(log, 0, 3));
    const proof = await log.proof(3, 7);
    const note = await log.note(7);
    const other = [...proof.slice(1), EMPTY_ROOT];
    for (const wrong of [other, proof.slice(1), [...proof, EMPTY_ROOT], [], [...proof].reverse()])
      expect((await send(formatAddCheckpoint({ oldSize: 3, proof: wrong, note }))).status).toBe(422);
    expect((await send(formatAddCheckpoint({ oldSize: 3, proof, note }))).status).toBe(200);
  });

  it('with a proof from nothing', async () => {
    const note = await log.note();
    expect((await send(formatAddCheckpoint({ oldSize: 0, proof: [EMPTY_ROOT], note }))).status).toBe(422);
  });

  it('with another root at the same size', async () => {
    await send(await submission(log, 0));
    const fork = log.fork(6);
    fork.grow(1);
    expect((await send(await submission(fork, 7))).status).toBe(422);
  });

  it('with a proof where the size is the same', async () => {
    await send(await submission(log, 0));
    const note = await log.note();
    expect((await send(formatAddCheckpoint({ oldSize: 7, proof: [EMPTY_ROOT], note }))).status).toBe(422);
  });

  it('with a root of the empty tree that it does not have', async () => {
    const note = log.sign(`${log.origin}\n0\n${base64(await log.root())}\n`);
    expect((await send(`old 0\n\n${note}`)).status).toBe(422);
  });

  it('with another history, and says so in its log and metrics', async () => {
    await send(await submission(log, 0));
    const fork = log.fork(5);
    fork.grow(10);
    expect((await send(await submission(fork, 7))).status).toBe(422);
    expect(lines.at(-1)).toContain('"level":"error","event":"checkpoint-refused","origin":"ledger.test/1"');
    expect(lines.at(-1)).toContain('"refusal":"no-proof"');
    const metrics = await (await fetch(`${witness.url}/metrics`)).text();
    expect(metrics).toContain('shuqiao_witness_refusals_total{origin="ledger.test/1",refusal="no-proof"} 1');
    expect(metrics).toContain('shuqiao_witness_cosigned_entries{origin="ledger.test/1"} 7');
    expect(metrics).toContain('shuqiao_witness_answers_total{status="422"} 1');
  });
});

describe('400: it is no request', () => {
  const broken: readonly (readonly [string, (good: string) => string | Uint8Array])[] = [
    ['nothing', () => ''],
    ['no note', (good) => good.slice(0, good.indexOf('\n\n') + 2)],
    ['no empty line', (good) => good.replace('\n\n', '\n')],
    ['no old size', (good) => good.slice(good.indexOf('\n') + 1)],
    ['a leading zero', (good) => good.replace('old 3', 'old 03')],
    ['a sign', (good) => good.replace('old 3', 'old +3')],
    ['two spaces', (good) => good.replace('old 3', 'old  3')],
    ['no number', (good) => good.replace('old 3', 'old x')],
    ['more than numbers can hold', (good) => good.replace('old 3', 'old 9007199254740993')],
    ['carriage returns', (good) => good.replaceAll('\n', '\r\n')],
    ['a hash without padding', (good) => good.replace('=\n', '\n')],
    ['a hash that is too short', (good) => good.replace(/\n[^\n]+=\n/, '\nAAAA\n')],
    ['64 hashes', (good) => good.replace('\n', `\n${`${base64(EMPTY_ROOT)}\n`.repeat(64)}`)],
    ['a size with a leading zero', (good) => good.replace('\n7\n', '\n07\n')],
    ['a root that is no hash', (good) => good.replace(/\n7\n[^\n]+\n/, '\n7\nAAAA\n')],
    ['no signature', (good) => good.slice(0, good.indexOf('— '))],
    ['no newline at the end', (good) => good.slice(0, -1)],
    ['bytes that are no UTF-8', (good) => Buffer.concat([Buffer.from(good), Buffer.from([0xff, 0x0a])])],
    ['a NUL', (good) => good.replace(log.origin, `${log.origin}\u0000`)],
  ];

  it.each(broken)('%s', async (_, breaking) => {
    await send(await submission(log, 0, 3));
    const good = await submission(log, 3, 7);
    expect((await send(breaking(good))).status).toBe(400);
    expect((await send(good)).status).toBe(200);
  });

  it('an old size beyond the size', async () => {
    await send(await submission(log, 0));
    expect((await send(`old 8\n\n${await log.note(7)}`)).status).toBe(400);
  });

  it('413 for more than a request can be, whether it says so or not', async () => {
    const body = `${await submission(log, 0)}${'x'.repeat(70_000)}`;
    expect((await send(body)).status).toBe(413);
    const stream = new Blob([body]).stream();
    const options = { method: 'POST', body: stream, duplex: 'half' } as RequestInit;
    expect((await fetch(`${witness.url}/add-checkpoint`, options)).status).toBe(413);
  });
});

describe('what a witness shows', () => {
  const show = async (origin: string): Promise<{ status: number; body: string }> => {
    const response = await fetch(`${witness.url}/${originHash(origin)}/checkpoint`);
    return { status: response.status, body: await response.text() };
  };

  it('is nothing of a log that it never cosigned or does not know', async () => {
    expect((await show(log.origin)).status).toBe(404);
    expect((await show('ledger.test/2')).status).toBe(404);
  });

  it('is the newest checkpoint, with the signatures of the log and its own', async () => {
    const { body: cosignature } = await send(await submission(log, 0));
    expect(await show(log.origin)).toEqual({ status: 200, body: `${await log.note()}${cosignature}` });
  });

  it('is that it lives', async () => {
    const response = await fetch(`${witness.url}/healthz`);
    expect([response.status, await response.text()]).toEqual([200, 'alive\n']);
  });
});

describe('the time of a cosignature', () => {
  it('does not go back when the clock is set back by a moment', async () => {
    await send(await submission(log, 0, 3));
    const last = Math.floor(nowMs / 1000);
    nowMs -= 30_000;
    const { body } = await send(await submission(log, 3, 7));
    expect(openNote(`${await log.note()}${body}`, [setting.own]).verifiedBy[0]?.time).toBe(last);
  });

  it('is none when the clock is set back by more: nothing is cosigned until it is right', async () => {
    await send(await submission(log, 0, 3));
    nowMs -= 3_600_000;
    expect((await send(await submission(log, 3, 7))).status).toBe(503);
    nowMs += 3_600_000;
    expect((await send(await submission(log, 3, 7))).status).toBe(200);
  });
});
