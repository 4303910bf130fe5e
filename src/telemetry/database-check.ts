import type { Readiness } from './telemetry-handler.ts';

/** What `/readyz` says of the database. */
export function databaseCheck({
  description: kind,
  durable,
}: {
  readonly description: string;
  readonly durable: boolean;
}): Readiness['checks'][string] {
  return { kind, durable, ...(durable ? {} : { notice: 'for trial only: it never calls fsync' }) };
}
