import type { BreakerOrder } from '../../domain/breaker-order.ts';
import type { SourceBreakerChange } from '../../domain/observer.ts';
import type { SourceSettings, SourceState } from '../../domain/source-settings.ts';
import { createSource, type Source, type SourceNeeds } from './source.ts';

/** The source departments' backends as this gateway reaches them. Owner of all of them, for as long as it runs: a change of policies leaves them as they are. */
export interface Sources {
  get(id: string): Source | undefined;
  states(): ReadonlyMap<string, SourceState>;
  /** Carries out the last order of each source, once. */
  obey(orders: readonly BreakerOrder[]): void;
  close(): Promise<void>;
}

export interface SourcesNeeds extends Omit<SourceNeeds, 'changed'> {
  readonly changed: (change: SourceBreakerChange) => void;
}

export function createSources(
  configured: ReadonlyMap<string, SourceSettings>,
  { clock, random, changed }: SourcesNeeds,
): Sources {
  const sources = new Map(
    [...configured].map(([id, settings]): [string, Source] => [
      id,
      createSource(settings, {
        clock,
        random,
        changed: (endpoint, change) => changed({ ...change, source: id, endpoint }),
      }),
    ]),
  );
  const obeyed = new Map<string, string>();
  return {
    get: (id) => sources.get(id),
    states: () => new Map([...sources].map(([id, source]) => [id, source.state()])),
    obey: (orders) => {
      for (const { source, order, id } of orders) {
        if (obeyed.get(source) === id) continue;
        obeyed.set(source, id);
        if (order === 'open') sources.get(source)?.hold();
        else sources.get(source)?.reset();
      }
    },
    close: async () => {
      await Promise.all([...sources.values()].map(async (source) => await source.close()));
    },
  };
}
