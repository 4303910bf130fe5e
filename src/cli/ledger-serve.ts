import { randomBytes } from 'node:crypto';
import type { RequestListener } from 'node:http';
import { setTimeout } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { openLiveTls } from '../config/live-tls.ts';
import { parseReaderConfig, type ReaderConfig } from '../config/reader-config.ts';
import { listenPlain, listenTls } from '../http/listener.ts';
import { peerCertificates } from '../http/peer-certificate.ts';
import { stopOnSignal } from '../process.ts';
import { createReaderApp, type ReaderNeeds } from '../publisher/reader-app.ts';
import { createLog } from '../telemetry/log.ts';
import { type Command, EXIT, UsageError } from './command.ts';

const GRACE_MS = 10_000;

export const ledgerServe: Command = {
  usage: 'shuqiao ledger serve --dir DIR',
  summary: 'Serves the folder of a publisher to auditors, until it is stopped: loopback, or mutual TLS. No database.',
  errorExit: EXIT.failed,
  run: async (args, shell) => {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: { dir: { type: 'string' } },
    });
    if (positionals.length > 0 || values.dir === undefined) throw new UsageError();
    const { url, stop } = await serve(values.dir, parseReaderConfig(shell.environment));
    stopOnSignal(stop);
    createLog({ now: Date.now, out: shell.out }).write('info', 'listening', { url });
    // The signal ends the process.
    for (;;) await setTimeout(2 ** 30);
  },
};

async function serve(
  folder: string,
  { listen, tls }: ReaderConfig,
): Promise<{ readonly url: string; stop(): Promise<void> }> {
  const shared = { folder, clock: { now: Date.now }, random: { bytes: randomBytes } };
  if (tls === undefined) {
    const listener = await listenPlain(handlerOf({ ...shared, peerOf: undefined }), listen);
    return { url: listener.url, stop: async () => await listener.close(GRACE_MS) };
  }
  const live = await openLiveTls(tls);
  const peerOf = peerCertificates({ trust: () => live.state().trust, clock: shared.clock });
  const secure = { ...shared, tls: live.state().server };
  const listener = await listenTls(handlerOf({ ...shared, peerOf }), listen, secure);
  const stopFollowing = live.follow((state) => listener.replaceTls(state.server));
  return {
    url: listener.url,
    stop: async () => {
      await stopFollowing();
      await listener.close(GRACE_MS);
    },
  };
}

function handlerOf(needs: ReaderNeeds): RequestListener {
  const app = createReaderApp(needs);
  // A reader who leaves while an entry bundle is on its way; Koa would print it.
  app.on('error', () => {});
  const handle = app.callback();
  return (req, res) => void handle(req, res);
}
