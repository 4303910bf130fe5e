/**
 * `not-sent`: nothing of the request left, so that it may be sent again. `unknown`: it may have been answered, and then
 * it is in the ledger.
 */
export type Reached = 'not-sent' | 'unknown';

/** No answer of the gateway: no connection, none in time, or something that is not the gateway answered. */
export class ShuqiaoUnreachable extends Error {
  readonly reached: Reached;
  /** A word like ECONNREFUSED or TIMEOUT. */
  readonly reason: string;
  /** Of the exchange that was sent and not answered: `outcomeOf` asks after it. Undefined where nothing left. */
  readonly requestId: string | undefined;

  constructor(reached: Reached, reason: string, requestId?: string) {
    super(
      `the gateway is not reached: ${reason}, ${reached === 'unknown' ? 'the outcome is unknown' : 'nothing was sent'}`,
    );
    this.name = 'ShuqiaoUnreachable';
    this.reached = reached;
    this.reason = reason;
    this.requestId = requestId;
  }
}
