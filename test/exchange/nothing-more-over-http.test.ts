import { Agent } from 'node:https';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonicalJson } from '../../src/domain/canonical-json.ts';
import type { JsonObject, JsonValue } from '../../src/domain/json.ts';
import type { Plan } from '../../src/domain/plan.ts';
import { Problem } from '../../src/domain/problem.ts';
import { withOwner } from '../../src/store/open-databases.ts';
import { canariesIn, digestsIn, hiddenCanariesIn, plainDigestsOf } from '../support/canaries.ts';
import {
  type Asked,
  type Attempt,
  attemptsOf,
  type ExchangeChoices,
  exchangeChoices,
  WAY_NAMES,
} from '../support/generate-exchanges.ts';
import { makePlanCase, type PlanCase } from '../support/generate-plan.ts';
import { type Harness, type Reply, startHarness } from '../support/harness.ts';
import { hearProcess } from '../support/hear-process.ts';
import { leavesOf } from '../support/leaves.ts';
import { CASE_SOURCE, placeOf, writePlanCases } from '../support/plan-case-folders.ts';
import { PROPERTY_SEED } from '../support/property-seed.ts';

/** Triples of a contract, a grant under it and a document. */
const RUNS = Number(process.env['SHUQIAO_PROPERTY_RUNS'] ?? 2400);
const EXCHANGES_A_CASE = 4;
/** Cases that one gateway has in force; each batch has its own gateway and database, so that memory is bounded. */
const BATCH = 100;
const CONCURRENCY = 12;
const SHRINKING_MS = 60_000;
const ARBITRARY = exchangeChoices(EXCHANGES_A_CASE);
const MINUTES = 60_000 * Math.max(1, RUNS / 2400);

interface Seen {
  /** What was where it may not be, by the number of its case; undefined if it was found beside the exchanges. */
  readonly leaks: { readonly at?: number; readonly what: string }[];
  readonly ends: Map<string, number>;
  readonly ways: Map<string, number>;
  exchanges: number;
  secrets: number;
  leaves: number;
  narrowed: number;
}

interface Case {
  readonly number: number;
  readonly made: PlanCase;
  readonly plan: Plan;
  readonly attempts: readonly Attempt[];
}

function nothingSeen(): Seen {
  return { leaks: [], ends: new Map(), ways: new Map(), exchanges: 0, secrets: 0, leaves: 0, narrowed: 0 };
}

function count(counts: Map<string, number>, name: string): void {
  counts.set(name, (counts.get(name) ?? 0) + 1);
}

/** Real files, real mutual TLS, a real ledger; a source of its own that says to each exchange what the case wants. */
async function exchangeAll(choices: readonly ExchangeChoices[], seen: Seen): Promise<void> {
  const made = choices.map(({ plan }) => makePlanCase(plan));
  const { remove, contractsDir, policiesDir } = writePlanCases(made);
  const process = hearProcess();
  const harness = await startHarness({
    environment: { SHUQIAO_CONTRACTS_DIR: contractsDir, SHUQIAO_POLICIES_DIR: policiesDir },
    source: { connectTimeoutMs: 30_000, firstByteTimeoutMs: 30_000, totalTimeoutMs: 30_000 },
    breaker: { minimumCalls: Number.MAX_SAFE_INTEGER, concurrency: CONCURRENCY },
    parts: ({ sources }) => ({ sources: new Map([...sources.values()].slice(0, 1).map((it) => [CASE_SOURCE, it])) }),
  });
  const agent = new Agent({ keepAlive: true, maxSockets: CONCURRENCY });
  try {
    const plans = new Map(harness.gateway.snapshot.plans.map((plan) => [plan.grant.id, plan]));
    const cases = made.flatMap((one, number): Case[] => {
      const { grant, exchangePath: path } = placeOf(number);
      const [plan, chosen] = [plans.get(grant), choices[number]];
      if (plan === undefined || chosen === undefined) throw new Error(`no plan for ${grant}`);
      return [{ number, made: one, plan, attempts: attemptsOf(chosen, one, { plan, path, name: `canary-${number}` }) }];
    });
    const answered = await attemptAll(harness, agent, { cases, seen });
    for (const query of harness.source.asked)
      if (Object.keys(query).join() !== 'id') seen.leaks.push({ what: 'a source was told what is to be compared' });
    seen.leaks.push(...(await lookEverywhere(harness, { cases, answered, heard: process.heard })));
  } finally {
    agent.destroy();
    await harness.close();
    process.stop();
    remove();
  }
}

/** @returns all that came back, of exchanges that ended in whatever way */
async function attemptAll(
  { call, source }: Harness,
  agent: Agent,
  { cases, seen }: { readonly cases: readonly Case[]; readonly seen: Seen },
): Promise<readonly string[]> {
  const behaviours = new Map<string, Attempt['source']>();
  source.behave((req, res, query) => behaviours.get(req.url ?? '')?.(req, res, query));
  const answered: string[] = [];
  const waiting = [...cases];
  const work = async (): Promise<void> => {
    for (let one = waiting.shift(); one !== undefined; one = waiting.shift()) {
      for (const attempt of one.attempts) {
        behaviours.set(one.plan.contract.source.path, attempt.source);
        const reply = await call({ ...attempt.call, agent });
        const outside = JSON.stringify([reply.status, reply.headers]) + reply.body;
        answered.push(outside);
        const found = [...hiddenCanariesIn(outside), ...(await wrongInside(one, attempt, { reply, seen }))];
        seen.leaks.push(...found.map((what) => ({ at: one.number, what: `${attempt.way}: ${what}` })));
      }
    }
  };
  await Promise.all(Array.from({ length: CONCURRENCY }, work));
  return answered;
}

/** Whether an exchange ended as it should, and what is in its answer that may not be. */
async function wrongInside(
  one: Case,
  { way, ends, asked }: Attempt,
  { reply, seen }: { readonly reply: Reply; readonly seen: Seen },
): Promise<readonly string[]> {
  const end = reply.status === 200 ? 'released' : reply.problem().code;
  seen.exchanges += 1;
  count(seen.ends, end);
  count(seen.ways, way);
  const expected = asked === undefined ? null : releasedBy(one.plan, asked);
  const isRight = ends.includes(end) && (asked === undefined || (expected !== undefined) === (end === 'released'));
  if (!isRight) return [`ended with ${end}`];
  if (end !== 'released') return [];
  const claims = await reply.open();
  const same = canonicalJson(claims['data'] ?? null) === canonicalJson(expected ?? null);
  return [...secretsIn(claims, one, { asked, seen }), ...(same ? [] : ['another answer'])];
}

function secretsIn(
  claims: JsonObject,
  { made, plan }: Case,
  { asked, seen }: { readonly asked: Asked | undefined; readonly seen: Seen },
): readonly string[] {
  const allowed = asked === undefined ? new Set<string>() : grantedAsIs(made, plan, asked);
  seen.secrets += made.canaries.length - allowed.size;
  seen.leaves += leavesOf(claims['data'] ?? null).length;
  seen.narrowed += asked?.wanted === undefined ? 0 : 1;
  return canariesIn(JSON.stringify(claims)).filter((canary) => !allowed.has(canary));
}

function releasedBy(
  { project }: Plan,
  context: {
    readonly record: JsonObject;
    readonly query: JsonObject;
    readonly wanted: ReadonlySet<string> | undefined;
  },
): JsonObject | undefined {
  try {
    return project({ ...context, nowMs: Date.now() });
  } catch (error) {
    if (error instanceof Problem && error.code === 'treatment.unfit') return undefined;
    throw error;
  }
}

/** By the grant as it was made; the plan only says under which name a field was asked for. */
function grantedAsIs({ grant }: PlanCase, plan: Plan, { canaries, wanted }: Asked): ReadonlySet<string> {
  const kept = new Set(grant.fields.filter(({ treatment }) => treatment === 'keep').map(({ path }) => path));
  const left = new Set(
    plan.fields
      .filter(({ output, treatment }) => treatment.startsWith('keep@') && (wanted?.has(output) ?? true))
      .map(({ path }) => path),
  );
  return new Set(canaries.filter(({ path }) => kept.has(path) && left.has(path)).map(({ value }) => String(value)));
}

interface Outside {
  readonly cases: readonly Case[];
  readonly answered: readonly string[];
  readonly heard: readonly string[];
}

/**
 * All that the gateway writes or says besides its answers: there nothing of a record or a request may be, granted or
 * not, nor a digest by which somebody could find it out. Traces belong here too; the gateway makes none yet.
 */
async function lookEverywhere(harness: Harness, { cases, answered, heard }: Outside): Promise<Seen['leaks']> {
  const { control, telemetry } = harness.gateway.urls;
  const grants = cases.flatMap(({ plan }) => [`schema`, `openapi`].map((what) => `/grants/${plan.grant.id}/${what}`));
  const paths = ['/ledger/export', '/sources', '/canary-1', '/grants/canary-1/schema?of=canary-1', ...grants];
  const pages = [
    ...paths.map((path) => control + path),
    ...['/metrics', '/readyz', '/livez', '/canary-1'].map((path) => telemetry + path),
  ];
  const texts: [place: string, text: string][] = [
    ['the log', harness.log.join('')],
    ['what the process wrote', heard.join('\n')],
    ['the database', await databaseAsText(harness)],
  ];
  for (const page of pages) texts.push([new URL(page).pathname, await pageAsText(page)]);
  const digests = digestsIn([...texts.map(([, text]) => text), ...answered].join('\n'));
  return [
    ...texts.flatMap(([place, text]) => hiddenCanariesIn(text).map((what) => ({ what: `${what} in ${place}` }))),
    ...cases.flatMap(({ number, ...one }) =>
      digestibleIn(one)
        .filter((value) => plainDigestsOf(value).some((digest) => digests.has(digest)))
        .map((value) => ({ at: number, what: `a digest of ${value}` })),
    ),
  ];
}

/** The values, and the bodies that hold them. */
function digestibleIn({ made, plan, attempts }: Omit<Case, 'number'>): readonly (string | number)[] {
  const { canaries, record } = made;
  const written = (value: JsonValue): readonly string[] => [JSON.stringify(value), canonicalJson(value)];
  const released = attempts.flatMap(({ asked }) => asked && (releasedBy(plan, asked) ?? []));
  const bodies = attempts.map(({ call: { body } }) => (body instanceof Uint8Array ? String(body) : body));
  return [
    ...canaries.map(({ value }) => value),
    ...attempts
      .map(({ call: { body } }) => (body as JsonObject)['officer'])
      .filter((officer) => typeof officer === 'string'),
    ...[record, ...released, ...bodies].flatMap((value) => (value === undefined ? [] : written(value as JsonValue))),
  ];
}

async function databaseAsText({ database: { url = '' } }: Harness): Promise<string> {
  const tables = ['ledger.entry', 'ledger.head', 'exchange.request_id'];
  const all = tables.map((table) => `select one::text as row from ${table} one`).join(' union all ');
  const rows = await withOwner(url, async (owner) => await owner.query<{ row: string }>(all));
  // A row as text doubles every quotation mark and backslash of what is in it.
  return rows.map(({ row }) => row.replaceAll('""', '"').replaceAll('\\\\', '\\')).join('\n');
}

async function pageAsText(url: string): Promise<string> {
  const response = await fetch(url);
  return JSON.stringify([...response.headers]) + (await response.text());
}

/** The choices of the first of these cases that leaks alone, as small as there is time for; null if none does. */
async function madeSmaller(cases: readonly ExchangeChoices[]): Promise<string> {
  const alone = fc.asyncProperty(ARBITRARY, async (one) => {
    const seen = nothingSeen();
    await exchangeAll([one], seen);
    return seen.leaks.length === 0;
  });
  const examples = cases.map((one): [ExchangeChoices] => [one]);
  const limits = { numRuns: cases.length, interruptAfterTimeLimit: SHRINKING_MS };
  const { counterexample } = await fc.check(alone, { ...limits, examples });
  return JSON.stringify(counterexample);
}

describe('of any record, under any grant, through the whole gateway', () => {
  it(
    `no value that is not granted is in an answer, and no value at all beside it (${RUNS} documents)`,
    async () => {
      const seen = nothingSeen();
      for (let batch = 0; seen.exchanges < RUNS; batch += 1) {
        const left = Math.ceil((RUNS - seen.exchanges) / EXCHANGES_A_CASE);
        const choices = fc.sample(ARBITRARY, { seed: PROPERTY_SEED + batch, numRuns: Math.min(BATCH, left) });
        await exchangeAll(choices, seen);
        if (seen.leaks.length > 0) {
          const likely = choices[seen.leaks.find(({ at }) => at !== undefined)?.at ?? 0];
          const smaller = await madeSmaller([...choices.filter((one) => one === likely), ...choices]);
          expect(seen.leaks, `SHUQIAO_PROPERTY_SEED=${PROPERTY_SEED + batch}, made smaller: ${smaller}`).toEqual([]);
        }
      }
      // Exchanges that all failed, or answers with nothing in them, would prove nothing.
      expect(seen.exchanges).toBeGreaterThanOrEqual(RUNS);
      expect(seen.secrets).toBeGreaterThan(RUNS / 2);
      expect(seen.leaves).toBeGreaterThan(RUNS / 2);
      expect(seen.narrowed).toBeGreaterThan(RUNS / 80);
      expect(seen.ends.get('released')).toBeGreaterThan(RUNS / 4);
      expect(seen.ends.get('source.contract-broken')).toBeGreaterThan(RUNS / 10);
      expect(seen.ends.get('treatment.unfit')).toBeGreaterThan(RUNS / 400);
      for (const way of WAY_NAMES) expect(seen.ways.get(way), way).toBeGreaterThan(RUNS / 80);
    },
    10 * MINUTES,
  );
});
