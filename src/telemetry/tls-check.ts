import type { TlsState } from '../domain/tls-state.ts';
import type { Readiness } from './telemetry-handler.ts';

/** What readiness says of the certificates in force. They keep nobody from being served, and are told all the same. */
export function tlsCheck(
  { faults, expiries }: TlsState,
  { departments, nowMs }: { readonly departments: number; readonly nowMs: number },
): Readiness['checks'][string] {
  const expired = expiries.filter(({ at }) => at < nowMs).length;
  return {
    live: faults.length === 0,
    ...(faults.length === 0 ? {} : { faults: faults.length }),
    departments,
    // Certificates and revocation lists alike; which they are is in the metrics.
    ...(expired === 0 ? {} : { expired }),
  };
}
