import type { BreakerState } from '../../domain/observer.ts';
import type { Answer } from '../route.ts';

/** The sources of this instance and the state of their breakers. */
export function listSources(states: () => ReadonlyMap<string, BreakerState>): () => Promise<Answer> {
  return async () => ({
    type: 'application/json',
    body: { sources: [...states()].map(([id, breaker]) => ({ id, breaker })) },
  });
}
