import { type FrontierState, openFrontier } from '../transparency/frontier.ts';
import { leafHash } from '../transparency/hashes.ts';
import { chainHash } from './chain.ts';
import { hexOf } from './hex.ts';

/** How a log stands at a size; hashes in hex. */
export interface Head {
  readonly size: number;
  readonly root: string;
  /** Undefined where nothing says how it began. */
  readonly chain: string | undefined;
}

export interface Beginning extends FrontierState {
  readonly chain: string | undefined;
}

export interface Retracing {
  readonly size: number;
  /** The leaf of the entry and the chain with it, hex. */
  add(entry: Uint8Array): { readonly leaf: string; readonly chain: string | undefined };
  /** Goes on from a chain of which nothing says how it came about. */
  adopt(chain: string): void;
  head(): Head;
  /** How the log stood at one of the sizes that were asked for; undefined if it was not passed. */
  at(size: number): Head | undefined;
}

/** Computes a log again, entry by entry, and remembers how it stood at the sizes that something is known of. */
export function retrace({ chain: begun, ...at }: Beginning, sizes: ReadonlySet<number>): Retracing {
  const frontier = openFrontier(at);
  let chain = begun;
  const passed = new Map<number, Head>();
  const head = (): Head => ({ size: frontier.size, root: hexOf(frontier.root()), chain });
  const pass = (): void => {
    if (sizes.has(frontier.size)) passed.set(frontier.size, head());
  };
  pass();
  return {
    get size() {
      return frontier.size;
    },
    add: (entry) => {
      const leaf = leafHash(entry);
      frontier.append(leaf);
      if (chain !== undefined) chain = chainHash(chain, leaf);
      pass();
      return { leaf: hexOf(leaf), chain };
    },
    adopt: (unproven) => {
      chain = unproven;
    },
    head,
    at: (size) => passed.get(size),
  };
}
