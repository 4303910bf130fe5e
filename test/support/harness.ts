import { readFileSync } from 'node:fs';
import { type Agent, request as httpsRequest } from 'node:https';
import { join } from 'node:path';
import { inject } from 'vitest';
import { compose, type Gateway } from '../../src/compose.ts';
import { parseConfig } from '../../src/config/config.ts';
import { openLiveTls } from '../../src/config/live-tls.ts';
import { readSecrets } from '../../src/config/secrets.ts';
import type { Parts } from '../../src/core.ts';
import type { JsonObject } from '../../src/domain/json.ts';
import { Problem } from '../../src/domain/problem.ts';
import type { SourceSettings } from '../../src/domain/source-settings.ts';
import type { ProblemBody } from '../../src/http/answer-problems.ts';
import type { OpenKeyRing } from '../../src/keys/key-ring.ts';
import { openAnswer } from '../../src/keys/open.ts';
import { loadSnapshot } from '../../src/plan/load-snapshot.ts';
import { generateRegisters } from '../../src/trial/data/registers.ts';
import type { Resident } from '../../src/trial/data/residents.ts';
import { postgresDatabase, type TestDatabase } from './database.ts';
import { expectEntriesToFit } from './entry-fits.ts';
import { type FakeSource, type FakeSourceOptions, record, startFakeSource } from './fake-source.ts';
import { testKeyRing } from './key-ring.ts';
import { limitedSnapshot } from './limited.ts';
import { PLENTY } from './quotas.ts';

export const REGISTRATION = 'market-regulation.enterprise-registration';
export const AGENT_DESK = 'hotline.agent-desk';
export const IDENTITY = '/exchange/public-security/resident-identity/v1';

export interface HarnessOptions {
  /** Over the environment that the gateway reads. */
  readonly environment?: Readonly<Record<string, string>>;
  /** Over the settings of every source. */
  readonly source?: Partial<Omit<SourceSettings, 'breaker'>>;
  readonly breaker?: Partial<SourceSettings['breaker']>;
  /** Over what the gateway is made with: a clock, or a database that fails. */
  readonly parts?: (parts: Parts) => Partial<Parts>;
  readonly database?: () => Promise<TestDatabase>;
  readonly fakeSource?: FakeSourceOptions;
}

export interface Harness {
  readonly gateway: Gateway;
  readonly database: TestDatabase;
  /** What the gateway signs with. */
  readonly keyRing: OpenKeyRing;
  /** Every source of every contract; it answers about `resident` unless it is told otherwise. */
  readonly source: FakeSource;
  readonly resident: Resident;
  /** What the gateway logged, line by line. */
  readonly log: string[];
  call(options?: CallOptions): Promise<Reply>;
  /** An access token by certificate, the same one each time; what else the request for it says makes it another one. */
  token(asking?: Asking): Promise<string>;
  /** The entries of the ledger, parsed. */
  entries(): Promise<readonly JsonObject[]>;
  /** What breakers did, which comes between the others when it comes. */
  breakerEntries(): Promise<readonly JsonObject[]>;
  metrics(): Promise<string>;
  close(): Promise<void>;
}

/** Who asks for a token, and what the request says besides. */
export interface Asking extends Pick<CallOptions, 'system' | 'certificate'> {
  readonly parameters?: Readonly<Record<string, string>>;
}

export interface CallOptions {
  readonly system?: string | undefined;
  /** Shown instead of the system's own. */
  readonly certificate?: { readonly cert: string; readonly key: string; readonly ciphers?: string };
  /** Sent instead of the one that the system gets; null for none. */
  readonly token?: string | null;
  readonly path?: string;
  readonly method?: string;
  /** Sent as JSON, or as it is if it is bytes. */
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string | string[]>>;
  readonly signal?: AbortSignal;
  /** Keeps connections; without, each request has one of its own. */
  readonly agent?: Agent;
}

export interface Reply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
  problem(): ProblemBody;
  /** Decrypts and verifies as the calling system would. */
  open(): Promise<JsonObject>;
}

/** A gateway over real TLS and a real database, with a source that does what it is told. */
export async function startHarness(options: HarnessOptions = {}): Promise<Harness> {
  const database = await (options.database ?? postgresDatabase)();
  const resident = exampleResident();
  const source = await startFakeSource(record(resident), options.fakeSource);
  const log: string[] = [];
  const { config, secrets: sources } = parseConfig({ ...environmentOf(), ...options.environment });
  const secrets = readSecrets(sources);
  const tls = await openLiveTls({ config, secrets: sources });
  const keyRing = await testKeyRing(database.databases);
  const parts: Parts = {
    config,
    secrets,
    tls,
    snapshot: limitedSnapshot(loadSnapshot(config, keyRing.treatmentKeys()), PLENTY.default),
    keyRing,
    sources: sourcesAt(source.origin, options),
    databases: database.databases,
    out: (line) => log.push(line),
  };
  const gateway = await compose({ ...parts, ...options.parts?.(parts) });
  const token = tokensOf(gateway.urls.exchange);
  return {
    gateway,
    token,
    keyRing,
    database,
    source,
    resident,
    log,
    call: async (call = {}) =>
      await send(gateway.urls.exchange, {
        body: { purpose: 'open-a-shop', query: { residentId: resident.residentId } },
        ...call,
        headers: { ...(await authorizationOf(call, token)), ...call.headers },
      }),
    entries: async () => (await readEntries(gateway)).filter(({ kind }) => kind !== 'breaker'),
    breakerEntries: async () => (await readEntries(gateway)).filter(({ kind }) => kind === 'breaker'),
    metrics: async () => await (await fetch(`${gateway.urls.telemetry}/metrics`)).text(),
    close: async () => {
      // Whatever a test made the gateway do, and whether or not it looked.
      await readEntries(gateway).catch((error: unknown) => {
        if (!(error instanceof Problem)) throw error;
      });
      await gateway.stop();
      await source.close();
      await database.close();
    },
  };
}

type GetToken = Harness['token'];

function tokensOf(origin: string): GetToken {
  const known = new Map<string, Promise<string>>();
  return async (asking = {}) => {
    const { system = REGISTRATION, certificate, parameters } = asking;
    const key = JSON.stringify([system, certificate?.cert, parameters]);
    const getting = known.get(key) ?? getToken(origin, asking);
    known.set(key, getting);
    return await getting;
  };
}

/** An access token by the certificate of a system. */
export async function getToken(origin: string, asking: Asking = {}): Promise<string> {
  const reply = await askToken(origin, asking);
  const { access_token: token } = JSON.parse(reply.body) as { readonly access_token?: string };
  if (token === undefined) throw new Error(`no token: ${reply.status} ${reply.body}`);
  return token;
}

/** Null for who gets none. */
export async function tokenIfAny(origin: string, asking: Asking): Promise<string | null> {
  // A certificate with a wrong signature may end the connection (SECURITY.md).
  const reply = await askToken(origin, asking).catch(() => undefined);
  const { access_token: token } = JSON.parse(reply?.body ?? '{}') as { readonly access_token?: string };
  return token ?? null;
}

export async function askToken(origin: string, { parameters, ...asking }: Asking = {}): Promise<Reply> {
  const { system = REGISTRATION } = asking;
  const form = new URLSearchParams({ grant_type: 'client_credentials', client_id: system, ...parameters });
  return await askTokenWith(origin, form.toString(), asking);
}

/** Any form at all. */
export async function askTokenWith(origin: string, form: string, asking: CallOptions = {}): Promise<Reply> {
  return await send(origin, {
    ...asking,
    path: '/oauth/token',
    body: Buffer.from(form),
    headers: { 'Content-Type': 'application/x-www-form-urlencoded', ...asking.headers },
  });
}

/** Who cannot prove itself gets no token, and is to be refused for that. */
async function authorizationOf(call: CallOptions, token: GetToken): Promise<Record<string, string>> {
  const { token: sent, certificate } = call;
  if (sent !== undefined) return sent === null ? {} : { Authorization: `Bearer ${sent}` };
  if (certificate !== undefined || ('system' in call && call.system === undefined)) return {};
  return { Authorization: `Bearer ${await token(call.system === undefined ? {} : { system: call.system })}` };
}

/** Somebody registered, with a household, a mobile number and an 18-digit number. */
export function exampleResident(): Resident {
  const resident = generateRegisters().residents.find(
    ({ status, household, mobile, residentId }) =>
      status === '正常' && mobile !== null && residentId.length === 18 && (household?.members.length ?? 0) > 2,
  );
  if (resident === undefined) throw new Error('the example data has nobody of the kind');
  return resident;
}

function environmentOf(): Record<string, string> {
  const certs = inject('certsDir');
  return {
    SHUQIAO_ENVIRONMENT: 'development',
    SHUQIAO_EXCHANGE_PORT: '0',
    SHUQIAO_CONTROL_PORT: '0',
    SHUQIAO_TELEMETRY_PORT: '0',
    SHUQIAO_TLS_CERT_FILE: join(certs, 'gateway.pem'),
    SHUQIAO_TLS_KEY_FILE: join(certs, 'gateway.key.pem'),
    SHUQIAO_CLIENT_CA_DIR: join(certs, 'client-cas'),
    SHUQIAO_KEY_ENCRYPTION_KEY_FILE: join(certs, 'key-encryption.key'),
    SHUQIAO_SOURCES_FILE: 'not read by the harness',
    SHUQIAO_SHUTDOWN_TIMEOUT_MS: '500',
    // However slow the machine is: who tests what happens then sets others.
    SHUQIAO_CONCURRENCY_FLOOR: '256',
    // Longer than the clocks of the tests are moved on.
    SHUQIAO_TOKEN_TTL_SECONDS: '3600',
  };
}

function sourcesAt(origin: string, { source, breaker }: HarnessOptions): ReadonlyMap<string, SourceSettings> {
  const pem = (name: string): string => readFileSync(join(inject('certsDir'), name), 'utf8');
  const tls = { ca: pem('ca.pem'), cert: pem('gateway.pem'), key: pem('gateway.key.pem') };
  const configured: SourceSettings = {
    origins: [origin],
    mayReach: () => true,
    tls: { current: async () => tls },
    authentication: { kind: 'mutual-tls' },
    connectTimeoutMs: 1000,
    firstByteTimeoutMs: 1000,
    totalTimeoutMs: 1500,
    maxBodyBytes: 65_536,
    retry: { attempts: 1, budgetPercent: 20, pauseMs: 10 },
    ...source,
    breaker: {
      failurePercent: 50,
      minimumCalls: 1000,
      windowMs: 10_000,
      consecutiveFailures: 1000,
      restMs: 1000,
      probes: 1,
      concurrency: 32,
      waiting: 0,
      waitMs: 500,
      ...breaker,
    },
  };
  return new Map(generateRegisters().registers.map((register) => [register.source, configured]));
}

/** One request over mutual TLS. */
export async function send(origin: string, options: CallOptions): Promise<Reply> {
  const { system = REGISTRATION, certificate, path = IDENTITY, method = 'POST', body, headers = {} } = options;
  const { signal, agent = false } = options;
  const certs = inject('certsDir');
  const pem = (name: string): string => readFileSync(join(certs, name), 'utf8');
  const shown =
    'system' in options && options.system === undefined
      ? {}
      : { cert: pem(`systems/${system}.pem`), key: pem(`systems/${system}.key.pem`) };
  const payload = body instanceof Uint8Array ? body : Buffer.from(body === undefined ? '' : JSON.stringify(body));
  return await new Promise((resolve, reject) => {
    const request = httpsRequest(
      `${origin}${path}`,
      {
        ...(certificate ?? shown),
        ca: pem('ca.pem'),
        method,
        agent,
        headers: { 'Content-Type': 'application/json', ...headers },
        ...(signal === undefined ? {} : { signal }),
      },
      (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk)).on('error', reject);
        response.on('end', () => {
          const text = Buffer.concat(chunks).toString('utf8');
          resolve({
            status: response.statusCode ?? 0,
            headers: response.headers,
            body: text,
            problem: () => JSON.parse(text) as ProblemBody,
            open: async () => await openAs(system, text),
          });
        });
      },
    );
    request.on('error', reject);
    request.end(['GET', 'HEAD', 'DELETE', 'OPTIONS'].includes(method) ? undefined : payload);
  });
}

async function openAs(system: string, sealed: string): Promise<JsonObject> {
  const certs = inject('certsDir');
  const json = (name: string): never => JSON.parse(readFileSync(join(certs, name), 'utf8')) as never;
  return await openAnswer(sealed, {
    privateJwk: json(`systems/${system}.private.jwk.json`),
    gatewayKeys: json('gateway.jwks.json'),
  });
}

async function readEntries({ ledger }: Gateway): Promise<readonly JsonObject[]> {
  const entries: JsonObject[] = [];
  for await (const { entry } of ledger.rows((await ledger.head()).size)) entries.push(JSON.parse(entry) as JsonObject);
  expectEntriesToFit(entries);
  return entries;
}
