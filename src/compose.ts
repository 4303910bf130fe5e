import { randomBytes } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import { createTokens, type Tokens, type TokensNeeds } from './authorization-server/create-tokens.ts';
import { createApps } from './compose-apps.ts';
import { createBreakGlass, createFreezes } from './compose-freezes.ts';
import { composeQuotas } from './compose-quotas.ts';
import { composeSources, obeyOrders } from './compose-sources.ts';
import { refuseMissingSources } from './config/follow-files.ts';
import { fixedSnapshot } from './config/live-snapshot.ts';
import { repeat } from './config/repeat.ts';
import { readRecord } from './contract/read-record.ts';
import type { Core, Parts } from './core.ts';
import { fetch } from './data-plane/3-fetch/fetch.ts';
import { assembleExchange } from './data-plane/assemble.ts';
import type { Exchange } from './data-plane/exchange.ts';
import type { Snapshot } from './domain/snapshot.ts';
import type { TlsListener } from './http/listener.ts';
import { closeListeners, type Listeners, openListeners } from './http/open-listeners.ts';
import { callerOf } from './http/overload/caller-of.ts';
import { createOverload } from './http/overload/create-overload.ts';
import { peerCertificates } from './http/peer-certificate.ts';
import { createContextSigner } from './keys/context-signer.ts';
import { createPersonalSealer } from './keys/personal-sealer.ts';
import { createSealer } from './keys/seal.ts';
import { createRequestVerifier } from './keys/verify-request.ts';
import { asksForWitnesses, createAnchorage } from './ledger/anchorage.ts';
import type { LedgerArchive } from './ledger/export-format.ts';
import { admission } from './store/admission.ts';
import { watchedWriter } from './store/append-health.ts';
import { breakerOrders } from './store/breaker-orders.ts';
import { checkpointedLedger } from './store/checkpointed-ledger.ts';
import { ledgerWriter } from './store/ledger.ts';
import { ledgerArchive } from './store/ledger-archive.ts';
import { isLedgerGuarded } from './store/ledger-guard.ts';
import { isLedgerWritable } from './store/ledger-health.ts';
import { oneUseIds } from './store/one-use-ids.ts';
import { registeredKeys } from './store/registered-keys.ts';
import { subjectKeyRegister } from './store/subject-keys.ts';
import { watchAnchorage } from './telemetry/anchorage-watch.ts';
import { createLog, errorName, errorPlace } from './telemetry/log.ts';
import { createMetrics } from './telemetry/metrics.ts';
import { createObserver, createSnapshotObserver, createTlsObserver } from './telemetry/observer.ts';
import { createOverloadObserver } from './telemetry/overload-observer.ts';
import { readinessOf } from './telemetry/readiness-of.ts';
import { telemetryHandler } from './telemetry/telemetry-handler.ts';

export interface Gateway {
  readonly urls: Readonly<Record<keyof Listeners, string>>;
  readonly ledger: LedgerArchive;
  /** What is in force now. */
  readonly snapshot: Snapshot;
  readonly database: { readonly description: string; readonly durable: boolean };
  /** Says that it is not ready, waits until others have seen it, lets what is under way end, and closes everything but the databases. */
  stop(): Promise<void>;
}

/**
 * Between two looks at what is kept in PostgreSQL. With the half second for which a reading is remembered: what is rotated,
 * ordered, frozen, opened or closed is in force within a second.
 */
const LOOK_INTERVAL_MS = 500;

/**
 * Makes everything and introduces it to each other; the only file that knows all of it. Listens when it returns.
 * @throws FaultsError if any file of the configuration is wrong: nothing listens then
 */
export async function compose(parts: Parts): Promise<Gateway> {
  const { config, databases } = parts;
  const core = createCore(parts);
  // A gateway that cannot find out who vouches for the ledger does not begin a grace at each start.
  await core.anchorage?.look();
  const obey = obeyOrders(core, breakerOrders(databases.exchange));
  // One that starts does not ask a source first that it was told to leave alone.
  await obey();
  const ledger = ledgerArchive(databases.control);
  let stopping = false;
  const readiness = readinessOf({
    ...core,
    tls: parts.tls,
    ledger,
    isLedgerWritable: async () => (await isLedgerWritable(databases.exchange)) && !core.ledger.failedLately(),
    isLedgerGuarded: async () => await isLedgerGuarded(databases.control),
    database: databases.exchange,
    isStopping: () => stopping,
  });
  const tokens = createTokens(tokensNeeds(parts, core));
  const exchange = createStages(parts, core, tokens);
  const apps = createApps(parts, core, { exchange, ledger, tokens });
  const telemetry = telemetryHandler({ metrics: core.metrics, readiness });
  const listeners = await openListeners({
    handlers: { ...apps, telemetry },
    at: config,
    secure: { ...core, tls: parts.tls.state().server, connections: core.overload.connections },
  });
  if (!databases.exchange.durable) core.log.write('warn', 'database-not-durable');
  if (config.environment === 'production' && !asksForWitnesses(parts.trustPolicy))
    core.log.write('warn', 'nothing-outside-vouches-for-the-ledger');
  if (databases.subjectKeys === undefined) core.log.write('warn', 'subject-keys-beside-ledger');
  for (const { url } of Object.values(listeners)) core.log.write('info', 'listening', { url });
  const stopFollowing = follow(parts, core, { exchange: listeners.exchange, obey });
  return {
    ledger,
    get snapshot() {
      return core.live.state().snapshot;
    },
    database: databases.exchange,
    urls: { exchange: listeners.exchange.url, control: listeners.control.url, telemetry: listeners.telemetry.url },
    stop: async () => {
      stopping = true;
      core.overload.drain();
      core.log.write('info', 'stopping');
      await setTimeout(config.drainDelayMs);
      await stopFollowing();
      await closeListeners(listeners, config.shutdownTimeoutMs, async () => {
        // Whose connection was cut has an entry to get yet: before what it is written with is closed.
        await Promise.race([core.overload.empty(), setTimeout(config.shutdownTimeoutMs, undefined, { ref: false })]);
        await core.sources.close();
        await core.breakerEntries.close();
      });
      core.log.write('info', 'stopped');
    },
  };
}

interface Followed {
  readonly exchange: TlsListener;
  readonly obey: () => Promise<void>;
}

function follow({ config, tls, keyRing }: Parts, core: Core, { exchange, obey }: Followed): () => Promise<void> {
  const { live, metrics, log, anchorage, freezes, breakGlass } = core;
  const observe = createTlsObserver(metrics, log);
  const unreadable = (error: unknown): void =>
    log.write('error', 'key-ring-unreadable', { cause: errorName(error), at: errorPlace(error) });
  const following = [
    live.follow(createSnapshotObserver(metrics, log)),
    tls.follow((state) => {
      exchange.replaceTls(state.server);
      observe(state);
    }),
    repeat(async () => await keyRing.refresh().catch(unreadable), LOOK_INTERVAL_MS),
    repeat(obey, LOOK_INTERVAL_MS),
    repeat(freezes.watch.look, LOOK_INTERVAL_MS),
    repeat(breakGlass.look, LOOK_INTERVAL_MS),
    ...(anchorage === undefined ? [] : [repeat(watchAnchorage(anchorage, metrics, log), config.ledger.lookIntervalMs)]),
  ];
  return async () => {
    await Promise.all(following.map(async (stopFollowing) => await stopFollowing()));
  };
}

function createCore(parts: Parts): Core {
  const { config, databases, tls, snapshot, live = fixedSnapshot(snapshot), sources: configured } = parts;
  const { clock = { now: Date.now }, random = { bytes: randomBytes } } = parts;
  refuseMissingSources(snapshot, configured, config.sourcesFile);
  const log = createLog({ now: clock.now, out: parts.out ?? ((line) => process.stdout.write(line)) });
  const metrics = createMetrics();
  const breakGlass = createBreakGlass({ live, keyRing: parts.keyRing, exchange: databases.exchange }, metrics, log);
  const peerOf = peerCertificates({ trust: () => tls.state().trust, clock });
  const overload = createOverload(config.overload, {
    clock,
    random,
    callerOf: callerOf(peerOf, () => live.state().snapshot),
    observer: createOverloadObserver(metrics, log),
  });
  metrics.overload.followLoad(overload.load);
  const observer = overload.listening(createObserver(metrics, log));
  metrics.setSnapshot(snapshot.hash, 'live');
  metrics.setTls(tls.state());
  const shared = {
    clock,
    random,
    log,
    metrics,
    observer,
    live: breakGlass.live,
    breakGlass,
    ledger: watchedWriter(ledgerWriter(databases.exchange)),
    anchorage: createAnchorage({
      policy: parts.trustPolicy,
      ledger: checkpointedLedger(databases.control),
      clock,
      graceMs: config.ledger.graceSeconds * 1000,
    }),
    overload,
    peerOf,
    admission: admission(databases.exchange),
    freezes: createFreezes(databases.exchange, { clock, random, metrics, log }),
    register: registeredKeys(databases.exchange),
  };
  return { ...shared, ...composeSources(parts, shared) };
}

function tokensNeeds({ config, databases, keyRing: ring }: Parts, core: Core): TokensNeeds {
  const { live, clock, peerOf, register, admission, overload } = core;
  return {
    ...config.tokens,
    requestTimeoutMs: config.requestTimeoutMs,
    elsewhere: overload.elsewhere,
    ring,
    clock,
    peerOf,
    snapshot: () => live.state().snapshot,
    registeredKeys: register,
    usedIds: oneUseIds(databases.exchange),
    admission,
  };
}

function createStages({ config, databases, keyRing }: Parts, core: Core, tokens: Tokens): Exchange {
  const { live, sources, clock, random, observer, ledger, admission, register, freezes, overload } = core;
  const { anchorage = { isRefusing: () => false } } = core;
  const { gatewayId } = config;
  const contextSigner = createContextSigner(keyRing);
  const ask = fetch({ sources, clock, random, contextSigner, gatewayId, judge: readRecord });
  return assembleExchange({
    snapshot: () => live.state().snapshot,
    fetch: async (authorized) => await overload.elsewhere(async () => await ask(authorized)),
    tokens: tokens.verifier,
    signatures: createRequestVerifier({ registeredKeys: register, clock }),
    admission,
    usedIds: oneUseIds(databases.exchange),
    quotas: composeQuotas(databases, core),
    sealer: createSealer({ keyRing, registeredKeys: register }),
    ledger,
    anchorage,
    freezes,
    clock,
    random,
    observer,
    gatewayId,
    ledgerSecret: keyRing.ledgerSecret,
    personal: createPersonalSealer({
      register: subjectKeyRegister((databases.subjectKeys ?? databases).exchange),
      secret: keyRing.ledgerSecret,
      secrets: keyRing.ledgerSecrets,
      now: clock.now,
    }),
  });
}
