import type { SourceState } from '../../domain/source-settings.ts';
import type { Answer } from '../route.ts';

/** The sources of this instance: their breakers and places, and how the gateway proves itself to them. Never by what. */
export function listSources(states: () => ReadonlyMap<string, SourceState>): () => Promise<Answer> {
  return async () => ({
    type: 'application/json',
    body: { sources: [...states()].map(([id, state]) => ({ id, ...state })) },
  });
}
