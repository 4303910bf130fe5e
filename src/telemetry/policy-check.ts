import type { SnapshotState } from '../domain/live-snapshot.ts';
import type { Readiness } from './telemetry-handler.ts';

/** What `/readyz` says of contracts and policies. */
export function policyCheck({ snapshot, faults }: SnapshotState): Readiness['checks'][string] {
  return {
    live: faults.length === 0,
    ...(faults.length === 0 ? {} : { faults: faults.length }),
    snapshot: snapshot.hash,
    contracts: snapshot.contracts.size,
    grants: snapshot.plans.length,
  };
}
