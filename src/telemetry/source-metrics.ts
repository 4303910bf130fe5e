import { Counter, Gauge, type Registry } from 'prom-client';
import { BREAKER_STATES } from '../domain/observer.ts';
import type { SourceState } from '../domain/source-settings.ts';

export interface SourceMetrics {
  readonly breakerChanges: Counter<'source' | 'to'>;
  /** Where breakers and places of sources are read when somebody scrapes: time alone changes them. */
  watchSources(states: () => ReadonlyMap<string, SourceState>): void;
}

export function sourceMetrics(registers: Registry[]): SourceMetrics {
  const breakerChanges = new Counter({
    name: 'shuqiao_source_breaker_changes_total',
    help: 'Times that a breaker of a source became open, half-open or closed',
    labelNames: ['source', 'to'],
    registers,
  });
  return {
    breakerChanges,
    watchSources: (states) => {
      for (const source of states().keys()) for (const to of BREAKER_STATES) breakerChanges.inc({ source, to }, 0);
      const breaker = new Gauge({
        name: 'shuqiao_source_breaker_state',
        help: '1 for the state that the breaker of a source is in: of its endpoint that is best off',
        labelNames: ['source', 'state'],
        registers,
        collect: () => {
          for (const [source, { breaker: current }] of states())
            for (const state of BREAKER_STATES) breaker.set({ source, state }, state === current ? 1 : 0);
        },
      });
      const calls = new Gauge({
        name: 'shuqiao_source_calls',
        help: 'Calls to a source that are in progress, and that wait for a place',
        labelNames: ['source', 'state'],
        registers,
        collect: () => {
          for (const [source, { inProgress, waiting }] of states()) {
            calls.set({ source, state: 'in-progress' }, inProgress);
            calls.set({ source, state: 'waiting' }, waiting);
          }
        },
      });
    },
  };
}
