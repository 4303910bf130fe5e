import { randomBytes } from 'node:crypto';
import { readRecord } from '../../src/contract/read-record.ts';
import type { Parts } from '../../src/core.ts';
import { identify } from '../../src/data-plane/1-identify/identify.ts';
import { authorize } from '../../src/data-plane/2-authorize/authorize.ts';
import { fetch } from '../../src/data-plane/3-fetch/fetch.ts';
import { createSources } from '../../src/data-plane/3-fetch/sources.ts';
import { validate } from '../../src/data-plane/4-validate/validate.ts';
import { project } from '../../src/data-plane/5-project/project.ts';
import { recordRefusal } from '../../src/data-plane/7-record/refusal.ts';
import { createExchangeApp } from '../../src/data-plane/app.ts';
import { createExchange } from '../../src/data-plane/exchange.ts';
import type { TokenVerifier } from '../../src/domain/access-token.ts';
import type { Snapshot } from '../../src/domain/snapshot.ts';
import { listenTls } from '../../src/http/listener.ts';
import { peerCertificates } from '../../src/http/peer-certificate.ts';
import { createContextSigner } from '../../src/keys/context-signer.ts';
import type { JSONWebKeySet } from '../../src/keys/jwk.ts';
import { createPersonalSealer } from '../../src/keys/personal-sealer.ts';
import { createRequestVerifier } from '../../src/keys/verify-request.ts';
import { createTokenVerifier } from '../../src/keys/verify-token.ts';
import { admission } from '../../src/store/admission.ts';
import { ledgerWriter } from '../../src/store/ledger.ts';
import { oneUseIds } from '../../src/store/one-use-ids.ts';
import { quotas } from '../../src/store/quotas.ts';
import { registeredKeys } from '../../src/store/registered-keys.ts';
import { subjectKeyRegister } from '../../src/store/subject-keys.ts';
import { createLog } from '../../src/telemetry/log.ts';
import { createMetrics } from '../../src/telemetry/metrics.ts';
import { createObserver } from '../../src/telemetry/observer.ts';

/**
 * An exchange listener whose every plan finds its own answer wrong. No file of contracts and policies can bring that
 * about, which is why the gateway calls it a fault of its own. The stages up to there are the real ones.
 */
export async function serveBrokenPlans(
  parts: Parts,
  loaded: Snapshot,
): Promise<{ readonly url: string; close(): Promise<void> }> {
  const clock = { now: Date.now };
  const random = { bytes: randomBytes };
  const observer = createObserver(createMetrics(), createLog({ now: clock.now, out: () => {} }));
  const snapshot = (): Snapshot => ({
    ...loaded,
    findPlan: (need) => {
      const plan = loaded.findPlan(need);
      return plan && { ...plan, checkReleased: () => [{ pointer: '/status', rule: 'enum' }] };
    },
  });
  const ledger = ledgerWriter(parts.databases.exchange);
  const personal = createPersonalSealer({
    register: subjectKeyRegister(parts.databases.exchange),
    secret: parts.keyRing.ledgerSecret,
    secrets: parts.keyRing.ledgerSecrets,
    now: clock.now,
  });
  const sources = createSources(parts.sources, { clock, random, changed: () => {} });
  const beyond = async (): Promise<never> => await Promise.reject(new Error('nothing gets past its own plan'));
  const app = createExchangeApp({
    exchange: createExchange(
      {
        identify: identify({
          snapshot,
          clock,
          tokens: verifierOf(parts),
          signatures: createRequestVerifier({ registeredKeys: registeredKeys(parts.databases.exchange), clock }),
          admission: admission(parts.databases.exchange),
          usedIds: oneUseIds(parts.databases.exchange),
        }),
        authorize: authorize({
          anchorage: { isRefusing: () => false },
          freezes: { find: async () => undefined },
          snapshot,
          clock,
          personal,
          quotas: quotas(parts.databases.exchange),
          ledgerSecret: parts.keyRing.ledgerSecret,
        }),
        fetch: fetch({
          sources,
          clock,
          random,
          contextSigner: createContextSigner(parts.keyRing),
          gatewayId: parts.config.gatewayId,
          judge: readRecord,
        }),
        validate: validate(),
        project: project({ clock }),
        seal: beyond,
        record: beyond,
        respond: beyond,
      },
      recordRefusal({ ledger, clock, random, snapshot, personal, ledgerSecret: parts.keyRing.ledgerSecret }),
      { observer, clock },
    ),
    serveTokens: undefined,
    publishedKeys: async () => [],
    receipts: {
      snapshot,
      admission: { frozenAs: async () => 'system' },
      receipts: { ofExchange: async () => undefined, ofRequest: async () => undefined },
      hashes: () => async () => [],
    },
    observer,
    peerOf: peerCertificates({ trust: () => parts.tls.state().trust, clock }),
    clock,
    random,
    limits: { maxBytes: 65_536, timeoutMs: 1000 },
    exchangeTimeoutMs: 10_000,
    elsewhere: async (work) => await work(),
    report: () => {},
    count: () => {},
  });
  const handle = app.callback();
  const listener = await listenTls(
    (req, res) => void handle(req, res),
    { host: '127.0.0.1', port: 0 },
    { tls: parts.tls.state().server, clock, random },
  );
  return {
    url: listener.url,
    close: async () => {
      await listener.close(100);
      await sources.close();
    },
  };
}

/** Tokens of the gateway are good here too: it is the same one, but for its plans. */
function verifierOf({ config, keyRing }: Parts): TokenVerifier {
  const keys = async (): Promise<JSONWebKeySet> => ({ keys: [...(await keyRing.published('token'))] });
  const { issuer, resource: audience } = config.tokens;
  return createTokenVerifier({ issuer, audience, keys: { current: keys, refreshed: keys }, clock: { now: Date.now } });
}
