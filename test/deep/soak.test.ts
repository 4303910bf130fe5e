import { randomUUID } from 'node:crypto';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { Agent } from 'node:https';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { expect, inject, it, onTestFinished } from 'vitest';
import { withOwner } from '../../src/store/open-databases.ts';
import { generateRegisters } from '../../src/trial/data/registers.ts';
import { type CrashHarness, startCrashHarness } from '../support/crash-harness.ts';
import { type Behaviour, record, startFakeSource, status } from '../support/fake-source.ts';
import { type CallOptions, exampleResident, getToken, send } from '../support/harness.ts';
import { scratchFolder } from '../support/scratch-folder.ts';

const MINUTES = Number(process.env['SHUQIAO_SOAK_MINUTES'] ?? 30);
const SAMPLES = 30;
const CALLERS = 6;
/** Of the resident set after collections; what allocators keep for later is not returned at once. */
const GROWTH_MB = 24;
// What the pools of both planes may have at most; how many of them they have is how busy it was.
const CONNECTIONS = 10 + 2;
// A collection when it is asked for, and nothing else that it would not have.
const COLLECTING = ['--expose-gc', '--import', 'data:text/javascript,process.on("SIGUSR2",()=>globalThis.gc())'];

interface Sample {
  readonly megabytes: number;
  readonly files: number;
  readonly connections: number;
}

/** One in ten fails, each time in another way: less than what opens a breaker. */
function mixedSource(): Behaviour {
  const failing: readonly Behaviour[] = [
    status(500),
    (req) => req.socket.destroy(),
    (req) => req.socket.end('no HTTP'),
    record({ nobody: true }),
    record('x'.repeat(200_000)),
  ];
  const good = record(exampleResident());
  let asked = 0;
  return (...call) => {
    asked += 1;
    (asked % 10 === 0 ? (failing[(asked / 10) % failing.length] ?? good) : good)(...call);
  };
}

/** What systems do in a day: most ask for what they may have. */
function mixedCalls(): readonly (() => CallOptions)[] {
  const query = { residentId: exampleResident().residentId };
  const good = (): CallOptions => ({ body: { purpose: 'open-a-shop', query } });
  return [
    ...Array.from({ length: 6 }, () => good),
    () => ({ body: { purpose: 'no-such-purpose', query } }),
    () => ({ body: { purpose: 'open-a-shop', query, fields: ['no-such-field'] } }),
    () => ({ body: [] }),
    () => ({ ...good(), token: null }),
    // Leaves while the source is asked, or while the entry is written.
    () => ({ ...good(), signal: AbortSignal.timeout(1 + Math.floor(Math.random() * 20)) }),
  ];
}

it(
  `a gateway under mixed load for ${MINUTES} minutes holds no more memory, files and connections at the end than at the beginning`,
  async () => {
    const source = await startFakeSource(mixedSource());
    onTestFinished(source.close);
    const harness = await startCrashHarness({
      environment: { SHUQIAO_SOURCES_FILE: sourcesFile(source.origin) },
      node: COLLECTING,
    });
    onTestFinished(harness.close);
    const counts = new Map<string, number>();
    const samples: Sample[] = [];
    for (let sample = 0; sample < SAMPLES; sample += 1) {
      await load(harness, counts, (MINUTES * 60_000) / SAMPLES);
      source.asked.length = 0;
      source.received.length = 0;
      samples.push(await measure(harness));
    }
    const { first, last } = thirds(samples);
    process.stdout.write(`soak: ${JSON.stringify({ answers: Object.fromEntries(counts), first, last })}\n`);
    for (const kind of ['200', '400', '401', '403', '409', '502', 'left'])
      expect(counts.get(kind), kind).toBeGreaterThan(0);
    expect(last.megabytes - first.megabytes, JSON.stringify(samples)).toBeLessThan(GROWTH_MB);
    expect(last.files, JSON.stringify(samples)).toBeLessThanOrEqual(first.files + CONNECTIONS);
    expect(last.connections, JSON.stringify(samples)).toBeLessThanOrEqual(CONNECTIONS);
  },
  MINUTES * 90_000 + 180_000,
);

/** All sources are this one. */
function sourcesFile(origin: string): string {
  const certs = inject('certsDir');
  const tls = {
    caFile: join(certs, 'ca.pem'),
    certFile: join(certs, 'gateway.pem'),
    keyFile: join(certs, 'gateway.key.pem'),
  };
  const file = join(scratchFolder(), 'sources.json');
  const sources = Object.fromEntries(
    generateRegisters().registers.map((register) => [register.source, { origin, ...tls }]),
  );
  writeFileSync(file, JSON.stringify({ sources }));
  return file;
}

async function load({ origin }: CrashHarness, counts: Map<string, number>, forMs: number): Promise<void> {
  const until = performance.now() + forMs;
  const token = await getToken(origin);
  const agent = new Agent({ keepAlive: true, maxSockets: CALLERS });
  const calls = mixedCalls();
  const count = (kind: string): unknown => counts.set(kind, (counts.get(kind) ?? 0) + 1);
  const call = async ({ token: sent = token, ...options }: CallOptions, requestId: string): Promise<void> => {
    const headers = { 'Request-Id': requestId, ...(sent === null ? {} : { Authorization: `Bearer ${sent}` }) };
    await send(origin, { ...options, headers, agent }).then(
      (reply) => count(String(reply.status)),
      () => count('left'),
    );
  };
  const caller = async (first: number): Promise<void> => {
    for (let number = first; performance.now() < until; number += 1) {
      const [requestId, options] = [randomUUID(), calls[number % calls.length]?.() ?? {}];
      await call(options, requestId);
      // Every seventh comes again.
      if (number % 7 === 0) await call(options, requestId);
      await pause(50);
    }
  };
  await Promise.all(Array.from({ length: CALLERS }, async (_, number) => await caller(number)));
  agent.destroy();
}

/** When nothing is under way, after collections. */
async function measure(harness: CrashHarness): Promise<Sample> {
  const pid = harness.pid();
  for (let collection = 0; collection < 3; collection += 1) {
    process.kill(pid, 'SIGUSR2');
    await pause(500);
  }
  const resident = Number(/^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]);
  return {
    megabytes: Math.round(resident / 1024),
    files: readdirSync(`/proc/${pid}/fd`).length,
    connections: await withOwner(harness.postgres.url, async (owner) => {
      const [row] = await owner.query<{ count: number }>(
        `select count(*)::int as count from pg_stat_activity where application_name like 'shuqiao-%' and application_name <> 'shuqiao-owner'`,
      );
      return row?.count ?? 0;
    }),
  };
}

/** What is usual after the warming up, and what at the end: of each measure the middle one. */
function thirds(samples: readonly Sample[]): { readonly first: Sample; readonly last: Sample } {
  const warm = samples.slice(Math.floor(samples.length / 5));
  const third = Math.floor(warm.length / 3);
  return { first: middle(warm.slice(0, third)), last: middle(warm.slice(-third)) };
}

function middle(samples: readonly Sample[]): Sample {
  const of = (measure: keyof Sample): number =>
    samples.map((sample) => sample[measure]).sort((one, other) => one - other)[Math.floor(samples.length / 2)] ?? 0;
  return { megabytes: of('megabytes'), files: of('files'), connections: of('connections') };
}
