import type { Variables } from './variables.ts';

/** How much the exchange listener takes on at a time, and from whom. */
export interface OverloadConfig {
  readonly floor: number;
  readonly ceiling: number;
  readonly maxLength: number;
  readonly maxWaitMs: number;
  readonly maxInFlight: number;
  readonly maxInFlightPerCaller: number;
  readonly maxConnections: number;
  readonly maxConnectionsPerAddress: number;
  readonly maxConnectionsPerCaller: number;
  readonly maxHandshakes: number;
}

export function overloadConfigOf({ integer, fault }: Variables): OverloadConfig {
  const config = {
    floor: integer('SHUQIAO_CONCURRENCY_FLOOR', 4, [1, 1_000]),
    ceiling: integer('SHUQIAO_CONCURRENCY_CEILING', 256, [1, 10_000]),
    maxLength: integer('SHUQIAO_LINE_LENGTH', 128, [0, 10_000]),
    maxWaitMs: integer('SHUQIAO_LINE_WAIT_MS', 100, [1, 10_000]),
    maxInFlight: integer('SHUQIAO_MAX_EXCHANGES', 512, [1, 100_000]),
    maxInFlightPerCaller: integer('SHUQIAO_MAX_EXCHANGES_PER_SYSTEM', 256, [1, 100_000]),
    maxConnections: integer('SHUQIAO_MAX_CONNECTIONS', 2_000, [1, 100_000]),
    maxConnectionsPerAddress: integer('SHUQIAO_MAX_CONNECTIONS_PER_ADDRESS', 1_500, [1, 100_000]),
    maxConnectionsPerCaller: integer('SHUQIAO_MAX_CONNECTIONS_PER_SYSTEM', 1_000, [1, 100_000]),
    maxHandshakes: integer('SHUQIAO_MAX_HANDSHAKES', 256, [1, 100_000]),
  };
  if (config.ceiling < config.floor)
    fault('SHUQIAO_CONCURRENCY_CEILING', {
      message: 'it is below the floor',
      remedy: 'Set it to SHUQIAO_CONCURRENCY_FLOOR or more.',
    });
  return config;
}
