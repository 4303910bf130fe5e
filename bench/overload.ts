import { fork } from 'node:child_process';
import { request } from 'node:https';
import { fileURLToPath } from 'node:url';
import type { JsonObject } from '../src/domain/json.ts';
import type { LoadCaller, Outcome } from '../test/support/open-loop.ts';
import { median, rounded } from './measure.ts';
import { type BenchGateway, startBenchGateway } from './overload-gateway.ts';
import type { LoadCommand } from './overload-load.ts';

interface Need {
  readonly system: string;
  readonly path: string;
  readonly purpose: string;
  readonly query: JsonObject;
}

const ROUNDS = 3;
const SECONDS = 3;
const WARM_UP_SECONDS = 8;
const CONNECTIONS = 400;
/** In a closed loop: as many as keep the gateway busy, and few enough not to be turned away. */
const CAPACITY_CONNECTIONS = 16;
const STEPS = { unloaded: 0.1, normal: 0.7, twice: 2, tenfold: 10 } as const;
type Step = keyof typeof STEPS;
const MODEST_PER_SECOND = 10;

interface Load {
  tell(command: LoadCommand): Promise<readonly Outcome[]>;
  stop(): void;
}

/** What is let in when more comes than the gateway can do: load from another process, in an open loop, by measured capacity. */
export async function overloadBench(): Promise<Readonly<Record<string, unknown>>> {
  const gateway = await startBenchGateway();
  const load = startLoadProcess();
  try {
    const [greedy, modest] = needsOf(gateway);
    const callers = [await callerOf(gateway, greedy, CONNECTIONS), await callerOf(gateway, modest, 16)];
    await load.tell({ kind: 'callers', callers });
    await load.tell({ kind: 'closed', connections: CAPACITY_CONNECTIONS, seconds: WARM_UP_SECONDS });
    const rounds: Round[] = [];
    for (let round = 0; round < ROUNDS; round += 1) rounds.push(await measureRound(load, gateway));
    return reportOf(rounds);
  } finally {
    load.stop();
    await gateway.stop();
  }
}

function needsOf({ registers: { residents, licences } }: BenchGateway): readonly [greedy: Need, modest: Need] {
  const resident = residents.find(({ status }) => status === '正常');
  return [
    {
      system: 'market-regulation.enterprise-registration',
      path: '/exchange/public-security/resident-identity/v1',
      purpose: 'open-a-shop',
      query: { residentId: resident?.residentId ?? '' },
    },
    {
      system: 'taxation.tax-registration',
      path: '/exchange/market-regulation/business-licence/v1',
      purpose: 'tax-registration',
      query: { creditCode: licences[0]?.['creditCode'] ?? '' },
    },
  ];
}

interface Measured {
  readonly outcome: Outcome;
  readonly cpuSeconds: number;
}

interface Round {
  readonly capacity: number;
  readonly steps: Readonly<Record<Step, Measured>>;
  /** The greedy one at ten times the capacity, and the modest one beside it. */
  readonly greedy: Outcome;
  readonly modest: Outcome;
  /** Milliseconds that /livez, /readyz and /metrics took meanwhile, the slowest. */
  readonly probesMs: number;
}

async function measureRound(load: Load, gateway: BenchGateway): Promise<Round> {
  const [closed] = await load.tell({ kind: 'closed', connections: CAPACITY_CONNECTIONS, seconds: SECONDS });
  const capacity = answered(closed, 200).length / SECONDS;
  if (capacity === 0) throw new Error('the gateway answers nothing: there is nothing to compare with');
  const step = async (name: Step): Promise<Measured> => {
    const before = gateway.cpuSeconds();
    const perSecond = [capacity * STEPS[name], 0];
    const [outcome] = await load.tell({ kind: 'open', perSecond, seconds: SECONDS });
    if (outcome === undefined) throw new TypeError('the load has no outcome');
    return { outcome, cpuSeconds: gateway.cpuSeconds() - before };
  };
  const steps = {
    unloaded: await step('unloaded'),
    normal: await step('normal'),
    twice: await step('twice'),
    tenfold: await step('tenfold'),
  };
  const perSecond = [capacity * STEPS.tenfold, MODEST_PER_SECOND];
  const [[greedy, modest], probesMs] = await Promise.all([
    load.tell({ kind: 'open', perSecond, seconds: SECONDS }),
    slowestProbe(gateway),
  ]);
  if (greedy === undefined || modest === undefined) throw new TypeError('the load has no outcome');
  return { capacity, steps, greedy, modest, probesMs };
}

function reportOf(rounds: readonly Round[]): Readonly<Record<string, unknown>> {
  const over = (value: (round: Round) => number): number => rounded(median(rounds.map(value)));
  const p99 = (round: Round, step: Step): number => quantile(answered(round.steps[step].outcome, 200), 0.99);
  const perStep = (step: Step): Readonly<Record<string, number>> => ({
    offeredPerSecond: over(({ steps }) => steps[step].outcome.due / SECONDS),
    goodputVsCapacity: over(({ capacity, steps }) => answered(steps[step].outcome, 200).length / SECONDS / capacity),
    p50Ms: over(({ steps }) => quantile(answered(steps[step].outcome, 200), 0.5)),
    p99Ms: over((round) => p99(round, step)),
    p99VsUnloaded: over((round) => p99(round, step) / p99(round, 'unloaded')),
    refused: over(({ steps }) => refusals(steps[step].outcome).length / steps[step].outcome.due),
    refusedP50Ms: over(({ steps }) => quantile(refusals(steps[step].outcome), 0.5)),
    refusedP99Ms: over(({ steps }) => quantile(refusals(steps[step].outcome), 0.99)),
    lost: over(({ steps }) => answered(steps[step].outcome, 0).length),
    unsent: over(({ steps }) => steps[step].outcome.unsent),
    gatewayCores: over(({ steps }) => steps[step].cpuSeconds / SECONDS),
  });
  return {
    p99Tenfold: over((round) => p99(round, 'tenfold') / p99(round, 'unloaded')),
    goodputTenfold: perStep('tenfold')['goodputVsCapacity'],
    capacityPerSecond: over(({ capacity }) => capacity),
    ...Object.fromEntries((['unloaded', 'normal', 'twice', 'tenfold'] as const).map((step) => [step, perStep(step)])),
    besideGreedy: {
      modestAnswered: over(({ modest }) => answered(modest, 200).length / modest.due),
      modestP99VsUnloaded: over((round) => quantile(answered(round.modest, 200), 0.99) / p99(round, 'unloaded')),
      greedyTooMany: over(({ greedy }) => answered(greedy, 429).length / Math.max(1, refusals(greedy).length)),
      slowestProbeMs: over(({ probesMs }) => probesMs),
    },
  };
}

function answered(outcome: Outcome | undefined, status: number): readonly number[] {
  return outcome?.milliseconds[status] ?? [];
}

function refusals(outcome: Outcome): readonly number[] {
  return [...answered(outcome, 503), ...answered(outcome, 429)];
}

function quantile(values: readonly number[], part: number): number {
  const sorted = values.toSorted((one, other) => one - other);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? Number.NaN;
}

async function slowestProbe({ telemetry }: BenchGateway): Promise<number> {
  let slowest = 0;
  const until = performance.now() + SECONDS * 1000;
  while (performance.now() < until) {
    for (const path of ['livez', 'readyz', 'metrics']) {
      const from = performance.now();
      const { ok } = await fetch(`${telemetry}/${path}`);
      if (!ok) throw new Error(`/${path} did not answer`);
      slowest = Math.max(slowest, performance.now() - from);
    }
    await new Promise((done) => setTimeout(done, 100));
  }
  return slowest;
}

async function callerOf({ port, tls: tlsOf }: BenchGateway, need: Need, connections: number): Promise<LoadCaller> {
  const tls = tlsOf(need.system);
  const token = await tokenOf({ port, tls }, need.system);
  const body = JSON.stringify({ purpose: need.purpose, query: need.query });
  const head = [
    `POST ${need.path} HTTP/1.1`,
    'Host: localhost',
    `Authorization: Bearer ${token}`,
    'Content-Type: application/json',
    `Content-Length: ${Buffer.byteLength(body)}`,
  ];
  return { host: '127.0.0.1', port, tls, connections, request: `${head.join('\r\n')}\r\n\r\n${body}` };
}

async function tokenOf({ port, tls }: Pick<LoadCaller, 'port' | 'tls'>, system: string): Promise<string> {
  const form = new URLSearchParams({ grant_type: 'client_credentials', client_id: system }).toString();
  const headers = { 'Content-Type': 'application/x-www-form-urlencoded', 'Content-Length': String(form.length) };
  const text = await new Promise<string>((resolve, reject) => {
    request(`https://localhost:${port}/oauth/token`, { ...tls, method: 'POST', headers }, (response) => {
      let body = '';
      response.setEncoding('utf8').on('data', (piece: string) => (body += piece));
      response.on('end', () => resolve(body)).on('error', reject);
    })
      .on('error', reject)
      .end(form);
  });
  const token = /"access_token":"([^"]+)"/.exec(text)?.[1];
  if (token === undefined) throw new Error(`no token for ${system}`);
  return token;
}

function startLoadProcess(): Load {
  const child = fork(fileURLToPath(new URL('./overload-load.js', import.meta.url)));
  return {
    tell: async (command) =>
      await new Promise((resolve, reject) => {
        const failed = (): void => reject(new Error('the load ended'));
        child.once('exit', failed);
        child.once('message', (outcomes: readonly Outcome[]) => {
          child.off('exit', failed);
          resolve(outcomes);
        });
        child.send(command);
      }),
    stop: () => void child.kill('SIGKILL'),
  };
}
