import type { Hash } from './hashes.ts';

/** The perfect subtree of 2^level leaves that begins at the leaf index · 2^level. */
export interface NodeAddress {
  readonly level: number;
  readonly index: number;
}

/** The hashes of the nodes, in the order in which they were asked for. It rejects if it has not all of them. */
export type HashReader = (nodes: readonly NodeAddress[]) => Promise<readonly Hash[]>;
