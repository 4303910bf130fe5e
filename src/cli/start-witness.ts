import { randomBytes } from 'node:crypto';
import { readGatewayPair } from '../config/gateway-pair.ts';
import { readWitnessFiles, type WitnessConfig } from '../config/witness-config.ts';
import type { Clock } from '../domain/clock.ts';
import { type Listener, listenPlain, listenTls } from '../http/listener.ts';
import { createLog, errorName, errorPlace, type Log } from '../telemetry/log.ts';
import { createWitnessMetrics, type WitnessMetrics } from '../telemetry/witness-metrics.ts';
import { openKnownLogs, readCosigned } from '../witness/known-log.ts';
import { createWitness, type WitnessObserver } from '../witness/witness.ts';
import { witnessHandler } from '../witness/witness-handler.ts';

export interface WitnessParts {
  readonly config: WitnessConfig;
  readonly clock: Clock;
  readonly out: (line: string) => void;
}

export interface RunningWitness {
  readonly url: string;
  /** Lets what is under way end. */
  stop(): Promise<void>;
}

/** A witness 见证方 that listens. @throws FaultsError: one that is not sure what it cosigned last does not begin */
export async function startWitness({ config, clock, out }: WitnessParts): Promise<RunningWitness> {
  const { signer, verifiers } = readWitnessFiles(config);
  const logs = await openKnownLogs({ verifiers, signer, stateDir: config.stateDir });
  const log = createLog({ now: clock.now, out });
  const metrics = createWitnessMetrics();
  for (const { origin, own, record } of logs) {
    const { checkpoint, time } = readCosigned(record.newest(), origin, own);
    metrics.setCosigned(origin, { size: checkpoint.size, time });
  }
  const handler = witnessHandler({
    witness: createWitness({ logs, signer, clock, observer: observerOf(metrics, log) }),
    metrics: metrics.text,
    bodyTimeoutMs: config.requestTimeoutMs,
    count: (status) => metrics.answers.inc({ status: String(status) }),
    report: (error) => log.write('error', 'problem', { cause: errorName(error), at: errorPlace(error) }),
  });
  const listener = await listen(handler, config, clock);
  log.write('info', 'listening', { url: listener.url });
  return {
    url: listener.url,
    stop: async () => {
      log.write('info', 'stopping');
      await listener.close(config.shutdownTimeoutMs);
      log.write('info', 'stopped');
    },
  };
}

function observerOf(metrics: WitnessMetrics, log: Log): WitnessObserver {
  return {
    cosigned: (origin, at) => {
      metrics.setCosigned(origin, at);
      log.write('info', 'checkpoint-cosigned', { origin, size: at.size });
    },
    refused: (origin, { size, refusal }) => {
      metrics.refusals.inc({ origin, refusal });
      // Who does not know what was cosigned last asks first, and is told.
      log.write(refusal === 'stale' ? 'info' : 'error', 'checkpoint-refused', { origin, size, refusal });
    },
  };
}

async function listen(
  handler: ReturnType<typeof witnessHandler>,
  { listen, tls: files }: WitnessConfig,
  clock: Clock,
): Promise<Listener> {
  if (files === undefined) return await listenPlain(handler, listen);
  const { cert, key } = readGatewayPair({ environment: 'production' }, { ...files, nowMs: clock.now() });
  const tls = { cert, key, clientCas: [] };
  return await listenTls(handler, listen, { tls, clock, random: { bytes: randomBytes } });
}
