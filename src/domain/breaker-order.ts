export const BREAKER_ORDERS = ['open', 'reset'] as const;

/** What an operator wants of the breakers of a source, in every gateway: leave it alone until `reset`. */
export interface BreakerOrder {
  readonly source: string;
  readonly order: (typeof BREAKER_ORDERS)[number];
  /** Of the entry in the ledger by which it was given; an order is carried out once. */
  readonly id: string;
}

export interface BreakerOrders {
  /** The last one of each source. */
  read(): Promise<readonly BreakerOrder[]>;
}
