import type { RequestListener } from 'node:http';
import type { Socket } from 'node:net';
import type { ExchangeObserver, StageName } from '../../domain/observer.ts';
import type { Load, OverloadObserver } from '../../domain/overload.ts';
import type { NameNeeds } from '../name-request.ts';
import { concurrencyLimit, type LimitSettings } from './concurrency-limit.ts';
import { type ConnectionLimits, type ConnectionSettings, connectionLimits } from './connection-limits.ts';
import { createGate, type Gate, type GateSettings } from './gate.ts';
import { refusals } from './refusals.ts';
import { type Handle, shedBefore } from './shed-before.ts';

export type OverloadSettings = LimitSettings & GateSettings & ConnectionSettings;

export interface OverloadNeeds extends NameNeeds {
  readonly callerOf: (socket: Socket) => string;
  readonly observer: OverloadObserver;
}

/** What stands in front of the exchange listener, so that no number of callers takes more than the gateway has. */
export interface Overload {
  readonly connections: ConnectionLimits;
  readonly load: () => Load;
  /** See `Gate`. */
  readonly elsewhere: Gate['elsewhere'];
  readonly empty: Gate['empty'];
  before(handle: Handle): RequestListener;
  /** Hears from stages how long what all exchanges share takes, and hands everything on. */
  listening(observer: ExchangeObserver): ExchangeObserver;
  /** From now on each answer is the last of its connection. */
  drain(): void;
}

/** They wait for the event loop and the database, and for nobody else. */
const SHARED_STAGES: ReadonlySet<StageName> = new Set<StageName>(['identify', 'record']);

export function createOverload(settings: OverloadSettings, needs: OverloadNeeds): Overload {
  const { callerOf, observer } = needs;
  const now = (): number => performance.now();
  const later = (milliseconds: number, work: () => void): void => void setTimeout(work, milliseconds);
  const limit = concurrencyLimit(settings, now);
  const gate = createGate(settings, { limit, now, later });
  const refuse = refusals(needs, { now, later });
  const connections = connectionLimits(settings, { callerOf, observer });
  let draining = false;
  return {
    connections,
    load: () => gate.load,
    elsewhere: gate.elsewhere,
    empty: gate.empty,
    before: (handle) =>
      shedBefore(handle, {
        gate,
        refuse,
        callerOf,
        isOneTooMany: connections.isOneTooMany,
        isDraining: () => draining,
        observer,
      }),
    listening: (observer) => ({
      ...observer,
      stageEnded: (stage, outcome, milliseconds) => {
        if (outcome === 'passed' && SHARED_STAGES.has(stage)) limit.observe(milliseconds, gate.load.atWork);
        observer.stageEnded(stage, outcome, milliseconds);
      },
    }),
    drain: () => {
      draining = true;
    },
  };
}
