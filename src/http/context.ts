/** What the middlewares of a listener know of a request. Koa's own `ctx.state` is untyped, and nothing else is kept there. */
export interface RequestState {
  requestId: string;
  /** Set once the request is an exchange. */
  exchange?: string;
}
