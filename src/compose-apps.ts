import type { RequestListener } from 'node:http';
import { type Tokens } from './authorization-server/create-tokens.ts';
import { createControlApp } from './control-plane/app.ts';
import type { Core, Parts } from './core.ts';
import { createExchangeApp } from './data-plane/app.ts';
import type { Exchange } from './data-plane/exchange.ts';
import { handlerOf } from './http/handler-of.ts';
import type { LedgerArchive } from './ledger/export-format.ts';
import { ledgerHashes } from './store/ledger-hashes.ts';
import { receipts } from './store/receipts.ts';
import { errorName, errorPlace } from './telemetry/log.ts';

/** The two listeners that speak HTTP, of what `compose` made. */
export function createApps(
  { config, databases, keyRing }: Parts,
  core: Core,
  made: { readonly exchange: Exchange; readonly ledger: LedgerArchive; readonly tokens: Tokens },
): Record<'exchange' | 'control', RequestListener> {
  const { clock, random, observer, metrics, log, sources } = core;
  const report = (problem: Error & { readonly code: string }, request: string): void =>
    log.write('error', 'problem', {
      request,
      cause: errorName(problem.cause ?? problem),
      at: errorPlace(problem.cause),
    });
  const count = (listener: string) => (status: number) => metrics.answers.inc({ listener, status: String(status) });
  const shared = { clock, random, report };
  const limits = { maxBytes: config.maxRequestBytes, timeoutMs: config.requestTimeoutMs };
  const exchange = createExchangeApp({
    ...shared,
    exchange: made.exchange,
    serveTokens: made.tokens.serve,
    publishedKeys: keyRing.published,
    peerOf: core.peerOf,
    observer,
    limits,
    exchangeTimeoutMs: config.exchangeTimeoutMs,
    elsewhere: core.overload.elsewhere,
    receipts: {
      snapshot: () => core.live.state().snapshot,
      admission: core.admission,
      receipts: receipts(databases.exchange),
      hashes: (size) => ledgerHashes(databases.exchange, size),
    },
    ledgerOrigin: config.ledgerOrigin,
    count: count('exchange'),
  });
  const control = createControlApp({
    ...shared,
    ledger: made.ledger,
    sourceStates: sources.states,
    snapshot: () => core.live.state().snapshot,
    count: count('control'),
  });
  // What goes wrong after an answer has begun; Koa would print it, with whatever it quotes.
  for (const app of [exchange, control])
    app.on('error', (error: unknown) =>
      log.write('error', 'problem', { cause: errorName(error), at: errorPlace(error) }),
    );
  return { exchange: core.overload.before(exchange.callback()), control: handlerOf(control) };
}
