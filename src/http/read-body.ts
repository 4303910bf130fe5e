import type { IncomingMessage } from 'node:http';
import { Problem } from '../domain/problem.ts';

export interface BodyLimits {
  readonly maxBytes: number;
  /** For the whole body, from the first time it is asked for. */
  readonly timeoutMs: number;
}

/**
 * The whole body as bytes.
 * @throws Problem `request.too-large`, `request.timeout` or `caller.left`
 */
export async function readBody(req: IncomingMessage, { maxBytes, timeoutMs }: BodyLimits): Promise<Uint8Array> {
  if (Number(req.headers['content-length'] ?? 0) > maxBytes) throw new Problem('request.too-large');
  const chunks: Uint8Array[] = [];
  let size = 0;
  return await new Promise((resolve, reject) => {
    const settle = (finish: () => void): void => {
      clearTimeout(timer);
      req.off('data', onData).off('end', onEnd).off('error', onGone).off('close', onGone);
      finish();
    };
    // Paused, not destroyed: the socket must still carry the answer that says why.
    const fail = (problem: Problem): void =>
      settle(() => {
        req.on('error', () => {});
        req.pause();
        reject(problem);
      });
    const onData = (chunk: Uint8Array): void => {
      size += chunk.length;
      if (size > maxBytes) fail(new Problem('request.too-large'));
      else chunks.push(chunk);
    };
    const onEnd = (): void => settle(() => resolve(Buffer.concat(chunks)));
    const onGone = (): void => fail(new Problem('caller.left'));
    const timer = setTimeout(() => fail(new Problem('request.timeout')), timeoutMs);
    req.on('data', onData).on('end', onEnd).on('error', onGone).on('close', onGone);
  });
}
