import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { type Answer, ShuqiaoProblem } from '../../src/client/shuqiao-client.ts';
import { migrate } from '../../src/store/migrate.ts';
import { openDatabases, withOwner } from '../../src/store/open-databases.ts';
import { type Surroundings, startSurroundings } from '../../src/trial/surroundings.ts';
import { type Balancer, startBalancer } from '../support/balancer.ts';
import { clientOf } from '../support/client.ts';
import { type Held, judgeLedger } from '../support/crash-harness.ts';
import { exampleResident } from '../support/harness.ts';
import { testKeyRing } from '../support/key-ring.ts';
import { freePort, type PostgresServer, startPostgres } from '../support/postgres-server.ts';
import { type Running, run } from '../support/process.ts';
import { built } from '../support/shuqiao.ts';

/** A gateway that can be started again at the same places. */
interface Place {
  readonly port: number;
  readonly telemetryPort: number;
}

let folder: string;
let surroundings: Surroundings;
let postgres: PostgresServer;
let balancer: Balancer;
let places: readonly Place[];
const running = new Map<Place, Running>();

async function start(place: Place, environment: Readonly<Record<string, string>> = {}): Promise<void> {
  const gateway = run(process.execPath, [built('main.js')], {
    environment: {
      ...surroundings.environment,
      DATABASE_URL: postgres.url,
      SHUQIAO_ISSUER: `https://localhost:${balancer.port}`,
      SHUQIAO_EXCHANGE_PORT: String(place.port),
      SHUQIAO_CONTROL_PORT: '0',
      SHUQIAO_TELEMETRY_PORT: String(place.telemetryPort),
      SHUQIAO_DRAIN_DELAY_MS: '1000',
      // However slow the machine is: nobody is to be turned away here.
      SHUQIAO_LINE_WAIT_MS: '10000',
      ...environment,
    },
  });
  running.set(place, gateway);
  await gateway.until('"event":"configuration"');
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'shuqiao-rolling-'));
  surroundings = await startSurroundings({
    certsDir: inject('certsDir'),
    stateDir: folder,
    policiesDir: 'policies',
  });
  postgres = await startPostgres(['-c fsync=off']);
  await withOwner(postgres.url, migrate);
  const databases = await openDatabases({
    url: postgres.url,
    embeddedDir: '',
    maxConnections: 2,
    statementTimeoutMs: 5000,
  });
  await testKeyRing(databases);
  await databases.close();
  places = await Promise.all([0, 1].map(async () => ({ port: await freePort(), telemetryPort: await freePort() })));
  balancer = await startBalancer(places);
  await Promise.all(places.map(async (place) => await start(place)));
  await balancer.sees(2);
});
afterAll(async () => {
  for (const { child } of running.values()) child.kill('SIGKILL');
  await balancer.close();
  await surroundings.close();
  await postgres.stop();
  rmSync(folder, { recursive: true, force: true });
});

describe('gateways that are restarted one after the other, under load', () => {
  it('lose no exchange, fail none that the client may not ask again, and end with 0', async () => {
    const held: Held[] = [];
    const failed: string[] = [];
    const stopping = new AbortController();
    const caller = async (): Promise<void> => {
      const client = clientOf(`https://localhost:${balancer.port}`, { retries: { attempts: 6, pauseMs: 50 } });
      while (!stopping.signal.aborted) {
        const answer = await client
          .exchange({
            contract: 'public-security.resident-identity.v1',
            purpose: 'open-a-shop',
            query: { residentId: exampleResident().residentId },
          })
          .catch((error: unknown) => failed.push(error instanceof ShuqiaoProblem ? error.code : String(error)));
        if (typeof answer !== 'number') held.push(heldOf(answer));
      }
    };
    const calling = Array.from({ length: 4 }, caller);
    for (const place of places) {
      const atLeast = held.length + 5;
      await expect.poll(() => held.length, { timeout: 30_000 }).toBeGreaterThanOrEqual(atLeast);
      running.get(place)?.child.kill('SIGTERM');
      await balancer.sees(1);
      expect((await running.get(place)?.ended())?.status).toBe(0);
      await start(place);
      await balancer.sees(2);
    }
    stopping.abort();
    await Promise.all(calling);
    expect(failed).toEqual([]);
    expect(await judgeLedger(postgres.url, held)).toEqual([]);
  });

  it('end at once at a second signal, with 1', async () => {
    const place = { port: await freePort(), telemetryPort: await freePort() };
    await start(place, { SHUQIAO_DRAIN_DELAY_MS: '600000' });
    const gateway = running.get(place);
    gateway?.child.kill('SIGTERM');
    await gateway?.until('"event":"stopping"');
    // What comes within a second is the same signal, told twice.
    const again = setInterval(() => gateway?.child.kill('SIGTERM'), 200);
    expect((await gateway?.ended())?.status).toBe(1);
    clearInterval(again);
  });
});

function heldOf({ exchangeId, receipt }: Answer): Held {
  return { exchange: exchangeId, receipt };
}
