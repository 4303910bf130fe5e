import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import type { Metrics } from './metrics.ts';

/** Why the gateway takes exchanges or does not, in names that an operator can act on. */
export interface Readiness {
  readonly ready: boolean;
  readonly checks: Readonly<Record<string, Readonly<Record<string, string | number | boolean>>>>;
}

export interface TelemetryNeeds {
  readonly metrics: Pick<Metrics, 'text'>;
  readonly readiness: () => Promise<Readiness>;
}

/** The telemetry listener: inner network only, no authentication, and nothing about anybody in it. */
export function telemetryHandler({ metrics, readiness }: TelemetryNeeds): RequestListener {
  const routes: Readonly<Record<string, (res: ServerResponse) => Promise<void>>> = {
    '/metrics': async (res) => {
      const { contentType, body } = await metrics.text();
      send(res, 200, { type: contentType, body });
    },
    '/livez': async (res) => send(res, 200, json({ status: 'alive' })),
    '/readyz': async (res) => {
      const { ready, checks } = await readiness();
      send(res, ready ? 200 : 503, json({ status: ready ? 'ready' : 'unready', checks }));
    },
  };
  return (req: IncomingMessage, res: ServerResponse) => {
    const route = req.method === 'GET' ? routes[req.url?.split('?')[0] ?? ''] : undefined;
    if (route === undefined) send(res, 404, json({ status: 'unknown' }));
    else route(res).catch(() => send(res, 500, json({ status: 'failed' })));
  };
}

interface Content {
  readonly type: string;
  readonly body: string;
}

function json(value: object): Content {
  return { type: 'application/json', body: JSON.stringify(value) };
}

function send(res: ServerResponse, status: number, { type, body }: Content): void {
  if (res.headersSent) return;
  res.writeHead(status, { 'Content-Type': type, 'Cache-Control': 'no-store' }).end(body);
}
