import { Problem } from '../../domain/problem.ts';
import type { ProblemCode } from '../../domain/problems.ts';
import type { Verdict } from './circuit.ts';

/**
 * What a failed call says of the endpoint. One that answers with 4xx is well: it does not want this request. Whatever is
 * not of the source, a caller who left above all, says nothing, neither for nor against it.
 */
const VERDICTS: ReadonlyMap<ProblemCode, Verdict> = new Map([
  ['source.unavailable', 'unhealthy'],
  ['source.timeout', 'unhealthy'],
  ['source.failed', 'unhealthy'],
  ['source.too-large', 'unhealthy'],
  ['source.contract-broken', 'unhealthy'],
  ['source.refused', 'healthy'],
  ['source.unauthorized', 'healthy'],
]);

export function verdictOf(error: unknown): Verdict {
  return (error instanceof Problem ? VERDICTS.get(error.code) : undefined) ?? 'unknown';
}
