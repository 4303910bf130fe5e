import type { EndedExchange, Repeated } from './repeat.ts';

/** What of the ledger its own system may ask for; of another's exchange there is nothing, as of one that never was. */
export interface Receipts {
  /** Of an exchange that has ended, with the newest checkpoint that covers its entry: a signed note, if there is one. */
  ofExchange(
    system: string,
    exchange: string,
  ): Promise<(EndedExchange & { readonly checkpoint: string | undefined }) | undefined>;
  /** What became of the request of this id; undefined if the system used none within the window. */
  ofRequest(system: string, requestId: string): Promise<Repeated | undefined>;
}
