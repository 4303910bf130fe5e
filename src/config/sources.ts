import { dirname, resolve } from 'node:path';
import { type Static, Type } from '@sinclair/typebox';
import type { Clock } from '../domain/clock.ts';
import { FaultsError } from '../domain/fault.ts';
import type { SourceSettings } from '../domain/source-settings.ts';
import { fileCheck } from '../schema/checker.ts';
import { readJsonFile } from '../schema/read-json-file.ts';
import type { Config } from './config.ts';
import { openSourceAddresses } from './source-addresses.ts';
import { AuthenticationSchema, openAuthentication } from './source-authentication.ts';
import { openSourceTls } from './source-tls.ts';

const DEFAULTS = { connectTimeoutMs: 2_000, firstByteTimeoutMs: 5_000, totalTimeoutMs: 8_000, maxBodyBytes: 1_048_576 };
const BREAKER_DEFAULTS = {
  failurePercent: 50,
  minimumCalls: 10,
  windowMs: 10_000,
  consecutiveFailures: 10,
  restMs: 10_000,
  probes: 3,
  concurrency: 64,
  waiting: 64,
  waitMs: 500,
};
const RETRY_DEFAULTS = { attempts: 2, budgetPercent: 20, pauseMs: 100 };

const milliseconds = (fallback: number): ReturnType<typeof Type.Integer> =>
  Type.Integer({ minimum: 50, maximum: 120_000, default: fallback });
const closed = { additionalProperties: false };

const BreakerSchema = Type.Object(
  {
    failurePercent: Type.Integer({ minimum: 1, maximum: 100, default: BREAKER_DEFAULTS.failurePercent }),
    minimumCalls: Type.Integer({ minimum: 1, default: BREAKER_DEFAULTS.minimumCalls }),
    windowMs: milliseconds(BREAKER_DEFAULTS.windowMs),
    consecutiveFailures: Type.Integer({ minimum: 1, default: BREAKER_DEFAULTS.consecutiveFailures }),
    restMs: milliseconds(BREAKER_DEFAULTS.restMs),
    probes: Type.Integer({ minimum: 1, maximum: 100, default: BREAKER_DEFAULTS.probes }),
    concurrency: Type.Integer({ minimum: 1, maximum: 1024, default: BREAKER_DEFAULTS.concurrency }),
    waiting: Type.Integer({ minimum: 0, maximum: 4096, default: BREAKER_DEFAULTS.waiting }),
    waitMs: Type.Integer({ minimum: 1, maximum: 60_000, default: BREAKER_DEFAULTS.waitMs }),
  },
  closed,
);

const RetrySchema = Type.Object(
  {
    attempts: Type.Integer({ minimum: 1, maximum: 5, default: RETRY_DEFAULTS.attempts }),
    budgetPercent: Type.Integer({ minimum: 0, maximum: 100, default: RETRY_DEFAULTS.budgetPercent }),
    pauseMs: Type.Integer({ minimum: 0, maximum: 10_000, default: RETRY_DEFAULTS.pauseMs }),
  },
  closed,
);

const OriginSchema = Type.String({
  pattern: '^https://[^/?#@]+$',
  description: 'https://host:port; the path is the contract’s.',
});

const SourceSchema = Type.Object(
  {
    origin: OriginSchema,
    standbyOrigins: Type.Optional(
      Type.Array(OriginSchema, {
        minItems: 1,
        maxItems: 8,
        uniqueItems: true,
        description:
          'Asked, in this order, while the breaker of those before is open; the same TLS and authentication.',
      }),
    ),
    addresses: Type.Optional(
      Type.Array(Type.String(), {
        minItems: 1,
        description:
          'Networks, as address/bits, that the addresses of the hosts are in; without, any that a source may have.',
      }),
    ),
    caFile: Type.String({ minLength: 1, description: 'PEM: who may have issued the certificate of the source.' }),
    certFile: Type.Optional(
      Type.String({ minLength: 1, description: 'PEM: what the gateway shows the source if it asks.' }),
    ),
    keyFile: Type.Optional(Type.String({ minLength: 1 })),
    authentication: Type.Optional(AuthenticationSchema),
    connectTimeoutMs: Type.Optional(milliseconds(DEFAULTS.connectTimeoutMs)),
    firstByteTimeoutMs: Type.Optional(milliseconds(DEFAULTS.firstByteTimeoutMs)),
    totalTimeoutMs: Type.Optional(milliseconds(DEFAULTS.totalTimeoutMs)),
    maxBodyBytes: Type.Optional(Type.Integer({ minimum: 1024, maximum: 16_777_216, default: DEFAULTS.maxBodyBytes })),
    breaker: Type.Optional(Type.Partial(BreakerSchema, closed)),
    retry: Type.Optional({
      ...Type.Partial(RetrySchema, closed),
      description: 'Of contracts whose `source.idempotent` is true; of others nothing is asked again.',
    }),
    hedgeAfterMs: Type.Optional({
      ...milliseconds(1000),
      description: 'When an idempotent question is put a second time beside the first. Without it, never.',
    }),
  },
  {
    ...closed,
    dependentRequired: { certFile: ['keyFile'], keyFile: ['certFile'] },
    if: {
      required: ['authentication'],
      properties: { authentication: { properties: { kind: { not: { const: 'mutual-tls' } } } } },
    },
    else: { required: ['certFile', 'keyFile'] },
  },
);

/** Where the source departments' backends are: configuration of the deployment, beside the contracts and not in them. */
export const SourcesFile = Type.Object(
  {
    $schema: Type.Optional(Type.String()),
    sources: Type.Record(Type.String({ pattern: '^[a-z0-9-]+\\.[a-z0-9-]+$' }), SourceSchema, closed),
  },
  { ...closed, title: 'Shuqiao sources 数据源' },
);

const check = fileCheck(SourcesFile);

/**
 * The sources by id, certificates and secrets opened; paths in the file are relative to it.
 * @throws FaultsError
 */
export function loadSources(config: Config, clock: Clock = { now: Date.now }): ReadonlyMap<string, SourceSettings> {
  const file = config.sourcesFile;
  const { content, faults } = readJsonFile(file, file, check);
  if (content === undefined) throw new FaultsError(faults);
  const beside = (path: string): string => resolve(dirname(file), path);
  return new Map(
    Object.entries(content.sources).map(([id, { caFile, certFile, keyFile, authentication, addresses, ...source }]) => [
      id,
      {
        ...limitsOf(source),
        mayReach: mayReachOf(source, addresses, {
          file,
          pointer: `/sources/${id}`,
          environment: config.environment,
        }),
        tls: openSourceTls(
          config,
          { ca: beside(caFile), cert: certFile && beside(certFile), key: keyFile && beside(keyFile) },
          clock,
        ),
        authentication: openAuthentication(authentication ?? { kind: 'mutual-tls' }, {
          file,
          pointer: `/sources/${id}/authentication`,
          clock,
        }),
      },
    ]),
  );
}

type Limits = Omit<SourceSettings, 'tls' | 'authentication' | 'mayReach'>;
type Written = Omit<Static<typeof SourceSchema>, 'caFile' | 'certFile' | 'keyFile' | 'authentication' | 'addresses'>;

function limitsOf(source: Written): Limits {
  const { origin: _origin, standbyOrigins: _standby, breaker, retry, ...limits } = source;
  return {
    ...DEFAULTS,
    ...limits,
    origins: originsOf(source),
    breaker: { ...BREAKER_DEFAULTS, ...breaker },
    retry: { ...RETRY_DEFAULTS, ...retry },
  };
}

function originsOf({ origin, standbyOrigins = [] }: Pick<Written, 'origin' | 'standbyOrigins'>): readonly string[] {
  return [...new Set([origin, ...standbyOrigins])];
}

/** The same for all of its origins, each of which is looked at. */
function mayReachOf(
  { origin, standbyOrigins = [] }: Written,
  addresses: readonly string[] | undefined,
  where: Parameters<typeof openSourceAddresses>[1],
): SourceSettings['mayReach'] {
  const within = addresses === undefined ? {} : { addresses };
  for (const [at, standby] of standbyOrigins.entries())
    openSourceAddresses({ origin: standby, ...within }, { ...where, member: `standbyOrigins/${at}` });
  return openSourceAddresses({ origin, ...within }, where);
}
