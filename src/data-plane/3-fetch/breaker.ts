import CircuitBreaker from 'opossum';
import type { Clock } from '../../domain/clock.ts';
import type { BreakerState } from '../../domain/observer.ts';
import { Problem } from '../../domain/problem.ts';
import type { ProblemCode } from '../../domain/problems.ts';
import type { BreakerSettings } from '../../domain/source-settings.ts';

export interface Breaker {
  readonly state: BreakerState;
  /**
   * Runs a call unless the source is resting or busy. `healthy: false` gives the value back all the same, and counts
   * against the source: a broken contract is judged by the caller, not thrown.
   * @throws Problem `source.circuit-open`, `source.busy`, or what the call threw
   */
  run<T>(call: () => Promise<{ readonly value: T; readonly healthy: boolean }>): Promise<T>;
  close(): void;
}

// What a source answers for. A caller who left, or a request that the source will not take, says nothing about its health.
const COUNTED: ReadonlySet<ProblemCode> = new Set([
  'source.unavailable',
  'source.timeout',
  'source.failed',
  'source.too-large',
  'source.contract-broken',
]);

class Unhealthy extends Error {
  readonly value: unknown;

  constructor(value: unknown) {
    super('unhealthy');
    this.value = value;
  }
}

type Call = () => Promise<unknown>;

/** One breaker a source. opossum keeps the window and the states; everything it says is translated here. */
export function createBreaker(
  settings: BreakerSettings,
  clock: Clock,
  changed: (state: BreakerState) => void,
): Breaker {
  const { failurePercent, minimumCalls, windowMs, restMs, concurrency } = settings;
  // A fresh options object each: opossum writes into it. No timeout of its own, which would not end the call; no shared
  // abort controller, through which one slow call ended its healthy neighbours (docs/decisions/0005).
  const circuit: CircuitBreaker<[Call]> = new CircuitBreaker<[Call]>(async (call) => await call(), {
    timeout: false,
    errorThresholdPercentage: failurePercent,
    volumeThreshold: minimumCalls,
    rollingCountTimeout: windowMs,
    resetTimeout: restMs,
    errorFilter: (error: unknown) => !isCounted(error) && !(circuit.halfOpen && provesNothing(error)),
  });
  let openedAt = 0;
  // Counted here: opossum takes a call that it turned away for a failure of the source, and a probe for used up by it.
  let inProgress = 0;
  circuit.on('open', () => {
    openedAt = clock.now();
    changed('open');
  });
  circuit.on('halfOpen', () => changed('half-open'));
  circuit.on('close', () => changed('closed'));
  const restSeconds = (): number => Math.max(1, Math.ceil((openedAt + restMs - clock.now()) / 1000));

  return {
    get state() {
      if (circuit.halfOpen) return 'half-open';
      return circuit.opened ? 'open' : 'closed';
    },
    run: async <T>(call: () => Promise<{ readonly value: T; readonly healthy: boolean }>): Promise<T> => {
      if (!circuit.opened && inProgress >= concurrency) throw new Problem('source.busy', { retryAfterSeconds: 1 });
      let result: { readonly value: T } | undefined;
      inProgress += 1;
      try {
        await circuit.fire(async () => {
          const { value, healthy } = await call();
          result = { value };
          if (!healthy) throw new Unhealthy(value);
        });
      } catch (error) {
        if (!(error instanceof Unhealthy)) throw translated(error, restSeconds);
      } finally {
        inProgress -= 1;
      }
      if (result === undefined) throw new TypeError('the breaker ended a call without a result');
      return result.value;
    },
    close: () => circuit.shutdown(),
  };
}

function isCounted(error: unknown): boolean {
  return error instanceof Unhealthy || !(error instanceof Problem) || COUNTED.has(error.code);
}

/**
 * A probe whose caller left, or that the gateway could not send, proves nothing: opossum would take what is not counted
 * for success, and close.
 */
function provesNothing(error: unknown): boolean {
  return error instanceof Problem && (error.code === 'caller.left' || error.code === 'internal');
}

function translated(error: unknown, restSeconds: () => number): unknown {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'EOPENBREAKER') return new Problem('source.circuit-open', { retryAfterSeconds: restSeconds() });
  return error;
}
