/** One way of doing the work, to be compared with others. Gives a number so that none of it can be left out. */
export interface Unit {
  readonly name: string;
  run(): number;
}

export interface Effort {
  readonly rounds: number;
  /** How often a unit runs in a round: long enough for the clock of the kernel, short enough to share its neighbours' noise. */
  readonly perRound: number;
}

export interface Measured {
  /** CPU microseconds of one run, in each round. */
  readonly microseconds: readonly number[];
}

const DEFAULT_EFFORT: Effort = { rounds: 60, perRound: 1000 };

/**
 * CPU time of the whole process, collecting garbage included. In every round every unit runs, and each round begins with
 * another: what disturbs the machine for a second disturbs all of them.
 */
export function measure(
  units: readonly Unit[],
  { rounds, perRound }: Effort = DEFAULT_EFFORT,
): ReadonlyMap<string, Measured> {
  const microseconds = new Map<string, number[]>(units.map(({ name }) => [name, []]));
  for (const unit of units) cpuMicroseconds(unit, perRound * 3);
  for (let round = 0; round < rounds; round += 1) {
    const first = round % units.length;
    for (const unit of [...units.slice(first), ...units.slice(0, first)]) {
      microseconds.get(unit.name)?.push(cpuMicroseconds(unit, perRound) / perRound);
    }
  }
  return new Map([...microseconds].map(([name, all]) => [name, { microseconds: all }]));
}

function cpuMicroseconds({ name, run }: Unit, times: number): number {
  let sum = 0;
  const before = process.cpuUsage();
  for (let time = 0; time < times; time += 1) sum += run();
  const { user, system } = process.cpuUsage(before);
  if (!Number.isFinite(sum)) throw new TypeError(`${name} gave no number`);
  return user + system;
}

export function median(numbers: readonly number[]): number {
  const sorted = numbers.toSorted((one, other) => one - other);
  const middle = sorted.length / 2;
  const [low = Number.NaN, high = low] = sorted.slice(Math.ceil(middle) - 1, Math.floor(middle) + 1);
  return (low + high) / 2;
}

/** The median over the rounds of how the two were to each other in it. */
export function ratio(measured: ReadonlyMap<string, Measured>, over: string, under: string): number {
  const { microseconds: above } = measuredOf(measured, over);
  const { microseconds: below } = measuredOf(measured, under);
  return rounded(median(above.map((cpu, round) => cpu / (below[round] ?? Number.NaN))));
}

export function mediansOf(measured: ReadonlyMap<string, Measured>): Readonly<Record<string, number>> {
  return Object.fromEntries([...measured].map(([name, { microseconds }]) => [name, rounded(median(microseconds))]));
}

function measuredOf(measured: ReadonlyMap<string, Measured>, name: string): Measured {
  const found = measured.get(name);
  if (found === undefined) throw new TypeError(`${name} was not measured`);
  return found;
}

export function rounded(value: number): number {
  return Math.round(value * 1000) / 1000;
}
