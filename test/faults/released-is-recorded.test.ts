import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type RandomSource, seededRandom } from '../../src/synthetic/seeded-random.ts';
import { type CrashHarness, judgeLedger, startCrashHarness } from '../support/crash-harness.ts';
import { freePort } from '../support/postgres-server.ts';

const ROUNDS = Number(process.env['SHUQIAO_CRASH_ROUNDS'] ?? 24);
const SEED = Number(process.env['SHUQIAO_SEED'] ?? 20_261_128);
const CALLERS = 4;

let harness: CrashHarness;
beforeAll(async () => {
  harness = await startCrashHarness();
}, 120_000);
afterAll(async () => await harness.close());

const pause = async (milliseconds: number): Promise<void> =>
  await new Promise((done) => setTimeout(done, milliseconds));

/** What befalls a gateway and its database; each leaves them up again. */
const FAULTS = {
  'kill -9 of the gateway': async () => await harness.killGateway(),
  'kill -9 of PostgreSQL': async () => {
    await harness.postgres.crash();
    await harness.postgres.start();
  },
  'an answer of PostgreSQL that is cut off, over and over': async (instant: (most: number) => number) => {
    harness.network.cutOnAnswer(true);
    await pause(instant(200));
    harness.network.cutOnAnswer(false);
  },
  'kill -9 of both': async () => {
    await harness.killGateway(async () => {
      await harness.postgres.crash();
      await harness.postgres.start();
    });
  },
} satisfies Readonly<Record<string, (instant: (most: number) => number) => Promise<void>>>;

type Fault = keyof typeof FAULTS;

/** How often each comes in a dozen rounds, in any order: two seconds of a processor go by until a gateway is up again. */
const DOZEN: readonly (readonly [Fault, number])[] = [
  ['kill -9 of the gateway', 1],
  ['kill -9 of both', 1],
  ['kill -9 of PostgreSQL', 6],
  ['an answer of PostgreSQL that is cut off, over and over', 4],
];

function* faults(random: RandomSource): Generator<Fault> {
  for (;;) {
    const left = DOZEN.flatMap(([fault, times]) => Array.from({ length: times }, () => fault));
    while (left.length > 0) yield* left.splice(random.integer(0, left.length - 1), 1);
  }
}

describe('what was released', () => {
  it(
    `is in the ledger, once, whatever is killed or cut at whatever moment (${ROUNDS} rounds, seed ${SEED})`,
    async () => {
      const random = seededRandom(SEED);
      const instant = (most: number): number => random.integer(0, most);
      const callers = harness.callers(CALLERS);
      const befell: string[] = [];
      for (const name of faults(random)) {
        if (befell.length === ROUNDS) break;
        // At least one answer between two faults, so that each has something to lose.
        const before = harness.held.length;
        await expect.poll(() => harness.held.length, { timeout: 30_000, interval: 5 }).toBeGreaterThan(before);
        await pause(instant(150));
        befell.push(name);
        await FAULTS[name](instant);
      }
      await callers.stop();
      expect(await harness.judge(), befell.join(', ')).toEqual([]);
      expect(harness.held.length).toBeGreaterThanOrEqual(ROUNDS);
      expect(harness.failures()).toBeGreaterThan(0);
    },
    ROUNDS * 15_000 + 60_000,
  );

  it('is missed by the judge when it is gone, moved or another', async () => {
    const [held, other] = harness.held;
    if (held === undefined || other === undefined) throw new Error('nothing was released');
    const { url } = harness.postgres;
    const never = { ...held, receipt: { ...held.receipt, index: 1_000_000 } };
    const moved = { ...held, receipt: { ...held.receipt, index: other.receipt.index } };
    for (const wrong of [never, moved, { ...held, exchange: other.exchange }])
      expect(await judgeLedger(url, [wrong])).toEqual([`the receipt at ${wrong.receipt.index} is not kept`]);
  });
});

describe('a gateway that is started while its database is away', () => {
  it('says why, and nothing of the login, and ends', async () => {
    const ports = { SHUQIAO_EXCHANGE_PORT: '0', SHUQIAO_TELEMETRY_PORT: '0' };
    const url = `postgres://gateway:not-for-anybody@127.0.0.1:${await freePort()}/postgres`;
    const { status, out, err } = await harness.startAnother({ ...ports, DATABASE_URL: url });
    expect(status).toBe(1);
    expect(out).toBe('');
    expect(err).toContain('DATABASE_URL');
    expect(err).toContain('the database cannot be asked (ECONNREFUSED)');
    expect(err).not.toMatch(/not-for-anybody|gateway:|\n {4}at /);
  });
});
