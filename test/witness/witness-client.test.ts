import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import type { RunningWitness } from '../../src/cli/start-witness.ts';
import type { Witnesses } from '../../src/domain/witnesses.ts';
import { cosign } from '../../src/transparency/cosignature.ts';
import { generateSignerKey, parseSignerKey } from '../../src/transparency/note-keys.ts';
import { parseTrustPolicy } from '../../src/transparency/parse-trust-policy.ts';
import { checkAgainst } from '../../src/transparency/trust-policy.ts';
import { witnesses } from '../../src/witness/witness-client.ts';
import { type GrowingLog, growingLog } from '../support/growing-log.ts';
import { freePort } from '../support/postgres-server.ts';
import { runWitness, type WitnessSetting, witnessSetting } from '../support/test-witness.ts';

let log: GrowingLog;
let setting: WitnessSetting;
let witness: RunningWitness;
let told: string[];

beforeEach(async () => {
  log = growingLog();
  log.grow(5);
  told = [];
  setting = await witnessSetting([log]);
  witness = await runWitness(setting);
});
afterEach(async () => {
  await witness.stop();
  setting.remove();
});

/** The witnesses of a trust policy of these lines. */
function asking(lines: readonly string[], deadlineMs = 5000): Witnesses {
  return witnesses({
    policy: parseTrustPolicy(`${lines.join('\n')}\nquorum none\n`),
    deadlineMs,
    observer: {
      cosigned: (name) => told.push(`${name} cosigned`),
      missed: (name, why) => told.push(`${name} ${why}`),
    },
  });
}

const own = (name = 'audit', url = witness.url): string => `witness ${name} ${setting.own.vkey} ${url}`;
const proofFrom = async (size: number): ReturnType<GrowingLog['proof']> => await log.proof(size);

async function answering(handler: RequestListener): Promise<string> {
  const server: Server = createServer(handler);
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

describe('a witness that is asked', () => {
  it('gives a cosignature with which the trust policy is satisfied, at each size', async () => {
    const audit = asking([own()]);
    const policy = parseTrustPolicy(`log ${log.vkey}\n${own()}\nquorum audit\n`);
    for (const more of [0, 1, 10, 100]) {
      log.grow(more);
      const note = await log.note();
      expect(checkAgainst(policy, note + (await audit.cosign(note, proofFrom)).join(''))).toMatchObject({
        satisfied: true,
        checkpoint: { size: log.size },
        cosignedBy: [{ name: 'audit' }],
      });
    }
    expect(told).toEqual(Array.from({ length: 4 }, () => 'audit cosigned'));
  });

  it('is sent a proof from the size that it has, when it was elsewhere than was thought', async () => {
    const [one, other] = [asking([own()]), asking([own()])];
    await one.cosign(await log.note(), proofFrom);
    log.grow(4);
    await other.cosign(await log.note(), proofFrom);
    log.grow(4);
    const asked: number[] = [];
    const lines = await one.cosign(await log.note(), async (size) => {
      asked.push(size);
      return await proofFrom(size);
    });
    expect(lines).toHaveLength(1);
    expect(asked).toEqual([5, 9]);
  });

  it('is not asked without an address', async () => {
    expect(await asking([`witness audit ${setting.own.vkey}`]).cosign(await log.note(), proofFrom)).toEqual([]);
    expect(told).toEqual([]);
  });

  it('below a prefix, with or without a slash at its end', async () => {
    const paths: string[] = [];
    const url = await answering((req, res) => {
      paths.push(`${req.method ?? ''} ${req.url ?? ''}`);
      res.writeHead(404).end();
    });
    for (const prefix of [url, `${url}/w1`, `${url}/w1/`])
      await asking([own('audit', prefix)]).cosign(await log.note(), proofFrom);
    expect(paths).toEqual(['POST /add-checkpoint', 'POST /w1/add-checkpoint', 'POST /w1/add-checkpoint']);
  });
});

describe('a witness that misses', () => {
  it('does not keep the others from cosigning', async () => {
    const { vkey } = generateSignerKey('witness.test/w2', 'cosignature/v1');
    const away = `witness away ${vkey} http://127.0.0.1:${await freePort()}`;
    expect(await asking([away, own()]).cosign(await log.note(), proofFrom)).toHaveLength(1);
    expect([...told].sort()).toEqual(['audit cosigned', 'away unreachable']);
  });

  it('is asked again the next time', async () => {
    let isAway = true;
    const url = await answering((req, res) => {
      if (isAway) req.socket.destroy();
      else res.writeHead(307, { Location: witness.url }).end();
    });
    const audit = asking([own('audit', url)]);
    await audit.cosign(await log.note(), proofFrom);
    isAway = false;
    await audit.cosign(await log.note(), proofFrom);
    // A redirect is not followed.
    expect(told).toEqual(['audit unreachable', 'audit refused']);
  });

  it('is waited for no longer than the deadline, however it is slow', async () => {
    const slow: readonly RequestListener[] = [
      () => {},
      (_req, res) => void res.writeHead(200).write('—'),
      (_req, res) => {
        res.writeHead(200);
        const dripping = setInterval(() => res.write('a'), 20);
        res.on('close', () => clearInterval(dripping));
      },
    ];
    for (const handler of slow) {
      const url = await answering(handler);
      const startedAt = Date.now();
      expect(await asking([own('audit', url)], 200).cosign(await log.note(), proofFrom)).toEqual([]);
      expect(Date.now() - startedAt).toBeLessThan(1500);
    }
    expect(told).toEqual(Array.from({ length: 3 }, () => 'audit unreachable'));
  });

  it('because it is ahead: the log has less than it cosigned', async () => {
    const audit = asking([own()]);
    await audit.cosign(await log.note(), proofFrom);
    expect(await audit.cosign(await log.note(3), async (size) => await log.proof(size, 3))).toEqual([]);
    expect(await asking([own()]).cosign(await log.note(3), proofFrom)).toEqual([]);
    expect(told).toEqual(['audit cosigned', 'audit ahead', 'audit ahead']);
  });

  it('because it refuses another history', async () => {
    await asking([own()]).cosign(await log.note(), proofFrom);
    const fork = log.fork(4);
    fork.grow(5);
    expect(await asking([own()]).cosign(await fork.note(), async (size) => await fork.proof(size))).toEqual([]);
    expect(told).toEqual(['audit cosigned', 'audit refused']);
  });

  it('because no proof can be made for it, which is no fault of the others', async () => {
    await asking([own()]).cosign(await log.note(), proofFrom);
    log.grow(1);
    const failing = async (): Promise<never> => await Promise.reject(new Error('the database is away'));
    expect(await asking([own()]).cosign(await log.note(), failing)).toEqual([]);
    expect(told).toEqual(['audit cosigned', 'audit unreachable']);
  });
});

describe('what is no cosignature of the witness on this checkpoint', () => {
  const stranger = parseSignerKey(generateSignerKey('witness.test/w1', 'cosignature/v1').skey);
  const texts = async (): Promise<Readonly<Record<string, string>>> => {
    const note = await log.note();
    const text = note.slice(0, note.indexOf('\n\n') + 1);
    log.grow(1);
    const other = await log.note();
    const [good = ''] = await asking([own()]).cosign(other, proofFrom);
    return {
      nothing: '',
      'no line': 'cosigned',
      'by another key': cosign(text, stranger, 1_800_000_000),
      'of another checkpoint': good,
      'the signature of the log': note.split('\n\n')[1] ?? '',
      'too much': good.repeat(1000),
    };
  };

  it.each(['nothing', 'no line', 'by another key', 'of another checkpoint', 'the signature of the log', 'too much'])(
    'is not passed on: %s',
    async (which) => {
      const note = await log.note();
      const body = (await texts())[which] ?? '';
      told.length = 0;
      const url = await answering((_req, res) => res.writeHead(200).end(body));
      expect(await asking([own('audit', url)]).cosign(note, proofFrom)).toEqual([]);
      expect(told).toEqual([which === 'too much' ? 'audit unreachable' : 'audit invalid']);
    },
  );

  it.each([
    ['of no size', 'text/x.tlog.size', 'many\n'],
    ['without the type', 'text/plain', '3\n'],
    ['without a newline', 'text/x.tlog.size', '3'],
    ['beyond what numbers hold', 'text/x.tlog.size', '99999999999999999999\n'],
  ])('nor is a conflict one: %s', async (_, type, body) => {
    const url = await answering((_req, res) => res.writeHead(409, { 'Content-Type': type }).end(body));
    expect(await asking([own('audit', url)]).cosign(await log.note(), proofFrom)).toEqual([]);
    expect(told).toEqual(['audit invalid']);
  });

  it('nor is one conflict after another', async () => {
    let asked = 0;
    const url = await answering((_req, res) => {
      asked += 1;
      res.writeHead(409, { 'Content-Type': 'text/x.tlog.size' }).end('3\n');
    });
    expect(await asking([own('audit', url)]).cosign(await log.note(), proofFrom)).toEqual([]);
    expect([asked, told]).toEqual([2, ['audit refused']]);
  });
});
