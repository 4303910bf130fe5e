import type { Load, ShedReason } from '../../domain/overload.ts';
import type { ConcurrencyLimit } from './concurrency-limit.ts';
import { type Counts, counts } from './counts.ts';
import { type LineSettings, type Waiting, type WaitingLine, waitingLine } from './waiting-line.ts';

export interface GateSettings extends LineSettings {
  /** Exchanges under way at a time, those that wait for a source or for their caller among them. */
  readonly maxInFlight: number;
  /** Of one caller. */
  readonly maxInFlightPerCaller: number;
}

/** A request at the gate: exactly one of the two is called, once. */
export interface Arrival {
  /** Settles when all of it is done; never rejects. */
  enter(): Promise<void>;
  refuse(reason: ShedReason): void;
  /** Whoever is gone takes no place. */
  isGone(): boolean;
}

export interface Gate {
  arrive(caller: string, arrival: Arrival): void;
  /** What is done meanwhile is somebody else's doing, and takes up nothing here: a source's, or a caller's who is sending. */
  elsewhere<T>(work: () => Promise<T>): Promise<T>;
  readonly load: Load;
  /** Resolves when nothing is under way and nobody waits. */
  empty(): Promise<void>;
}

export interface GateNeeds {
  readonly limit: ConcurrencyLimit;
  /** Milliseconds that only go forward: a clock that is set must refuse nobody. */
  readonly now: () => number;
  /** Calls once, later. */
  readonly later: (milliseconds: number, work: () => void) => void;
}

/** Between two looks at who waits in vain. */
const LOOK_MS = 5;

/**
 * Lets in as many at a time as the limit allows, and others as they leave. Whoever was let in is never sent away. Nobody has
 * more than its part while others want some: a place that becomes free goes to whoever has the fewest.
 */
export function createGate(settings: GateSettings, { limit, now, later }: GateNeeds): Gate {
  const underWay = counts();
  let inFlight = 0;
  let elsewhere = 0;
  const emptied: (() => void)[] = [];
  const fair = (): number => limit.current / Math.max(1, callersThere(underWay, line));
  const line = waitingLine<Arrival>(settings, { inFlight: underWay.of, fair }, now);
  const lookLater = lookingAt(line, later, (late) => turnAway(late, 'waited'));

  const hasRoom = (): boolean => inFlight - elsewhere < limit.current && inFlight < settings.maxInFlight;
  const has = (caller: string): number => underWay.of(caller) + line.waitingOf(caller);

  function enter(caller: string, arrival: Arrival): void {
    inFlight += 1;
    underWay.more(caller);
    void arrival.enter().finally(() => {
      inFlight -= 1;
      underWay.less(caller);
      letIn();
      if (inFlight === 0 && line.length === 0) for (const tell of emptied.splice(0)) tell();
    });
  }

  function letIn(): void {
    while (hasRoom()) {
      const turn = line.next();
      if (turn === undefined) return;
      if (!turn.item.isGone()) enter(turn.caller, turn.item);
    }
  }

  function turnAway({ caller, item }: Waiting<Arrival>, reason: 'line-full' | 'waited'): void {
    if (item.isGone()) return;
    // It has its part and more, while others want some as well.
    const isOverShare = callersThere(underWay, line) > 1 && has(caller) >= fair();
    item.refuse(isOverShare ? 'over-share' : reason);
  }

  return {
    arrive: (caller, arrival) => {
      if (has(caller) >= settings.maxInFlightPerCaller) arrival.refuse('caller-full');
      else if (line.length === 0 && hasRoom()) enter(caller, arrival);
      else {
        const evicted = line.join(caller, arrival);
        if (evicted !== undefined) turnAway(evicted, 'line-full');
        lookLater();
      }
    },
    elsewhere: async (work) => {
      elsewhere += 1;
      letIn();
      try {
        return await work();
      } finally {
        elsewhere -= 1;
      }
    },
    get load() {
      return { limit: limit.current, atWork: inFlight - elsewhere, inFlight, waiting: line.length };
    },
    empty: async () => {
      if (inFlight === 0 && line.length === 0) return;
      await new Promise<void>((resolve) => emptied.push(resolve));
    },
  };
}

function callersThere(underWay: Counts, line: WaitingLine<Arrival>): number {
  let count = underWay.size;
  for (const caller of line.callers()) if (underWay.of(caller) === 0) count += 1;
  return count;
}

/** Looks again and again for whoever waits in vain, while anybody waits. */
function lookingAt(
  line: WaitingLine<Arrival>,
  later: GateNeeds['later'],
  turnAway: (late: Waiting<Arrival>) => void,
): () => void {
  let looking = false;
  function lookLater(): void {
    if (looking || line.length === 0) return;
    looking = true;
    later(LOOK_MS, () => {
      looking = false;
      for (const late of line.expired()) turnAway(late);
      lookLater();
    });
  }
  return lookLater;
}
