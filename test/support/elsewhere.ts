import type { Parts } from '../../src/core.ts';

/** The same sources at another address, for a gateway whose source is not the one of the harness. */
export function sourcesAt(origin: string): (parts: Parts) => Partial<Parts> {
  return ({ sources }) => ({
    sources: new Map([...sources].map(([id, source]) => [id, { ...source, origins: [origin] }])),
  });
}
