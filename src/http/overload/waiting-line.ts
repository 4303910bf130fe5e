export interface LineSettings {
  /** Of all callers together. */
  readonly maxLength: number;
  /** Beyond it nobody waits. */
  readonly maxWaitMs: number;
}

/** Somebody who waits to be let in. */
export interface Waiting<Item> {
  readonly caller: string;
  readonly item: Item;
  readonly since: number;
}

/** How much of the gateway a caller has now, and how much would be its part. */
export interface Shares {
  inFlight(caller: string): number;
  /** Of each, if all who are there want as much. */
  fair(): number;
}

/** The short line in front of the gateway. */
export interface WaitingLine<Item> {
  readonly length: number;
  waitingOf(caller: string): number;
  /** All who wait. */
  callers(): Iterable<string>;
  /** Lets somebody wait; gives back who has to go for it, if there is no room: the newest of whoever has the most. */
  join(caller: string, item: Item): Waiting<Item> | undefined;
  /** Whose turn it is: the oldest of whoever has the least. */
  next(): Waiting<Item> | undefined;
  /** Who has waited for long enough to be told that it leads to nothing. */
  expired(): readonly Waiting<Item>[];
}

/** Once a line stands for as long as the longest wait, it is no rush that passes: those who have their part hardly wait in it. */
const WAIT_IN_STANDING_LINE = 0.1;

/**
 * First in, first out for each caller, and among callers whoever has the least goes first. The wait is controlled by how long the
 * line has stood (CoDel's insight): a rush is taken in whole, and in lasting overload those who are let in waited next to nothing.
 */
export function waitingLine<Item>(
  { maxLength, maxWaitMs }: LineSettings,
  shares: Shares,
  now: () => number,
): WaitingLine<Item> {
  const lines = new Map<string, Waiting<Item>[]>();
  let length = 0;
  let standingSince: number | undefined;

  const waitingOf = (caller: string): number => lines.get(caller)?.length ?? 0;
  const has = (caller: string): number => shares.inFlight(caller) + waitingOf(caller);

  function left(caller: string, gone: number): void {
    length -= gone;
    if (waitingOf(caller) === 0) lines.delete(caller);
    if (length === 0) standingSince = undefined;
  }

  function longestWaitOf(caller: string): number {
    const stands = standingSince !== undefined && now() - standingSince >= maxWaitMs;
    return stands && has(caller) > shares.fair() ? maxWaitMs * WAIT_IN_STANDING_LINE : maxWaitMs;
  }

  return {
    get length() {
      return length;
    },
    waitingOf,
    callers: () => lines.keys(),
    join: (caller, item) => {
      standingSince ??= now();
      const line = lines.get(caller) ?? [];
      lines.set(caller, line);
      line.push({ caller, item, since: now() });
      length += 1;
      if (length <= maxLength) return undefined;
      const most = greediestOf(lines.keys(), has);
      const evicted = most === undefined ? undefined : lines.get(most)?.pop();
      if (evicted !== undefined) left(evicted.caller, 1);
      return evicted;
    },
    next: () => {
      const turn = firstOf(lines.values(), shares);
      if (turn === undefined) return undefined;
      lines.get(turn.caller)?.shift();
      left(turn.caller, 1);
      return turn;
    },
    expired: () => {
      const over: Waiting<Item>[] = [];
      for (const [caller, line] of lines) {
        const before = now() - longestWaitOf(caller);
        const staying = line.findIndex(({ since }) => since > before);
        over.push(...line.splice(0, staying === -1 ? line.length : staying));
      }
      for (const { caller } of over) left(caller, 1);
      return over;
    },
  };
}

function greediestOf(callers: Iterable<string>, has: (caller: string) => number): string | undefined {
  let most: string | undefined;
  for (const caller of callers) if (most === undefined || has(caller) > has(most)) most = caller;
  return most;
}

function firstOf<Item>(lines: Iterable<readonly Waiting<Item>[]>, shares: Shares): Waiting<Item> | undefined {
  let first: Waiting<Item> | undefined;
  for (const [head] of lines)
    if (head !== undefined && (first === undefined || comesBefore(head, first, shares))) first = head;
  return first;
}

function comesBefore<Item>(one: Waiting<Item>, other: Waiting<Item>, { inFlight }: Shares): boolean {
  const fewer = inFlight(one.caller) - inFlight(other.caller);
  return fewer === 0 ? one.since < other.since : fewer < 0;
}
