import type { Randomness } from '../domain/clock.ts';

const TRACE_BYTES = 16;
const ZEROS = /^0+$/;
// A later version may say more after the flags, and version ff is none (W3C Trace Context §3.2.2).
const TRACEPARENT = /^(?!ff)([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-[0-9a-f]{2}(-.*)?$/;

/**
 * The trace-id of a traceparent, and nothing else of it: by it an entry is found from the caller's own traces. Where none
 * came, or none that is valid, one is made.
 */
export function traceOf(sent: readonly string[], random: Randomness): string {
  const [, version, trace = '', parent = '', more] = (sent.length === 1 && TRACEPARENT.exec(sent[0] ?? '')) || [];
  const isValid = version !== undefined && !ZEROS.test(trace) && !ZEROS.test(parent);
  if (isValid && (version !== '00' || more === undefined)) return trace;
  return Buffer.from(random.bytes(TRACE_BYTES)).toString('hex');
}
