import { setTimeout } from 'node:timers/promises';
import type { Clock, Randomness } from '../../domain/clock.ts';
import { uuidV7 } from '../../domain/identifier.ts';
import { ENTRY_VERSION, type GatewayEntry, type LedgerWriter } from '../../domain/ledger-entry.ts';
import type { SourceBreakerChange } from '../../domain/observer.ts';

/** More do not wait: a ledger that is away for long keeps no gateway from breathing. What is lost is counted and logged. */
const MOST_WAITING = 256;
const PAUSE_MS = 1000;

export interface EnterChangesNeeds {
  readonly ledger: LedgerWriter;
  readonly clock: Clock;
  readonly random: Randomness;
  /** This process. */
  readonly gateway: string;
  /** A change that has no entry and gets none. */
  readonly lost: () => void;
}

export interface EnterChanges {
  /** Never waits and never throws: no exchange hangs on it. */
  enter(change: SourceBreakerChange): void;
  /** Tries what waits once more; what cannot be entered then is lost. */
  close(): Promise<void>;
}

/** What breakers do, entered in the order in which they did it, as soon as the ledger takes it. */
export function createEnterChanges({ ledger, clock, random, gateway, lost }: EnterChangesNeeds): EnterChanges {
  const waiting: GatewayEntry[] = [];
  const closing = new AbortController();
  let running: Promise<void> | undefined;

  async function drain(): Promise<void> {
    for (let entry = waiting[0]; entry !== undefined; entry = waiting[0]) {
      try {
        await ledger.append(entry);
        waiting.shift();
      } catch {
        // The same entry again: the ledger knows it by its id if it is there already.
        if (closing.signal.aborted) return;
        await setTimeout(PAUSE_MS, undefined, { ref: false, signal: closing.signal }).catch(() => {});
      }
    }
  }

  function start(): void {
    running ??= drain().finally(() => {
      running = undefined;
    });
  }

  return {
    enter: (change) => {
      if (waiting.length >= MOST_WAITING) {
        lost();
        return;
      }
      waiting.push(entryOf(change, { gateway, nowMs: clock.now(), random }));
      start();
    },
    close: async () => {
      closing.abort();
      await running;
      if (waiting.length > 0) await drain();
      for (const _entry of waiting) lost();
    },
  };
}

function entryOf(
  { source, endpoint, from, to, why }: SourceBreakerChange,
  { gateway, nowMs, random }: { readonly gateway: string; readonly nowMs: number; readonly random: Randomness },
): GatewayEntry {
  return {
    v: ENTRY_VERSION,
    kind: 'breaker',
    id: uuidV7(nowMs, random.bytes(10)),
    decidedAt: new Date(nowMs).toISOString(),
    gateway,
    source,
    endpoint,
    from,
    to,
    why,
  };
}
