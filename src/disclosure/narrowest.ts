import type { JsonSchema, JsonValue } from '../domain/json.ts';
import { typesOf } from '../schema/profile.ts';
import type { Treated } from '../treatment/treatment.ts';
import { type Disclosure, siteOf } from './disclosures.ts';
import { NO_EXCHANGE, UNKEYED } from './unkeyed.ts';

/** What several disclosures of one field leave where they leave least. */
export interface Narrowest {
  readonly from: string;
  readonly to: string;
  /** How many values are between them, both included; what the finest alone would leave. */
  readonly left: number;
  readonly alone: number;
  /** What each of them says of these values. */
  readonly answers: readonly string[];
}

/** The values of a field in their order, so that what a treatment takes together is a stretch of them. */
interface Row {
  readonly least: number;
  readonly most: number;
  readonly at: (index: number) => number | string;
}

interface Stretch {
  readonly from: number;
  readonly to: number;
}

type Answer = (index: number) => Treated;

// Past it steps of one get lost in floating point, and no amount of money is there.
const MOST = 1e15;
const DAY_MS = 86_400_000;
const DAYS = { from: Date.UTC(1900, 0, 1), count: 73_050 } as const;
/** How many edges of each treatment are looked at. Two roundings differ within the first few, or hardly anywhere. */
const EDGES = 200;

/** Undefined where nowhere less than half of what the finest leaves is left: an edge that cuts off a value tells little. */
export function narrowest(disclosures: readonly Disclosure[]): Narrowest | undefined {
  const [first] = disclosures;
  const row = first === undefined ? undefined : rowOf(first.schema);
  if (row === undefined) return undefined;
  const told = differing(disclosures).map((one) => ({ one, answer: answerOf(one, row) }));
  const answers = told.map(({ answer }) => answer);
  let best: (Stretch & { readonly alone: number }) | undefined;
  for (const index of new Set(answers.flatMap((answer) => edgesOf(answer, row)))) {
    const stretches = answers.map((answer) => stretchAround(answer, index, row));
    const from = Math.max(...stretches.map((stretch) => stretch.from));
    const to = Math.min(...stretches.map((stretch) => stretch.to));
    const alone = Math.min(...stretches.map(widthOf));
    const left = widthOf({ from, to });
    if (left * 2 < alone && (best === undefined || left / alone < widthOf(best) / best.alone))
      best = { from, to, alone };
  }
  if (best === undefined) return undefined;
  const { from, to, alone } = best;
  return {
    from: String(row.at(from)),
    to: String(row.at(to)),
    left: widthOf(best),
    alone,
    answers: told.map(({ one, answer }) => `${JSON.stringify(answer(from))} (${wordsOf(one)})`),
  };
}

function rowOf(schema: JsonSchema): Row | undefined {
  const types = typesOf(schema);
  if (types.includes('integer') || types.includes('number')) {
    const { minimum = 0, maximum = MOST } = schema;
    const bounded = (value: JsonValue): number => Math.max(-MOST, Math.min(MOST, Number(value)));
    return { least: Math.ceil(bounded(minimum)), most: Math.floor(bounded(maximum)), at: (index) => index };
  }
  if (schema['format'] !== 'date') return undefined;
  const at = (index: number): string => new Date(DAYS.from + index * DAY_MS).toISOString().slice(0, 10);
  return { least: 0, most: DAYS.count - 1, at };
}

function differing(disclosures: readonly Disclosure[]): readonly Disclosure[] {
  return [...new Map(disclosures.map((one) => [wordsOf(one), one])).values()];
}

function wordsOf({ treated }: Disclosure): string {
  return `${treated.treatment} ${JSON.stringify(treated.parameters)}`;
}

function answerOf(disclosure: Disclosure, { at }: Row): Answer {
  const treat = disclosure.treatment.compile(siteOf(disclosure), UNKEYED);
  return (index) => treat(at(index), NO_EXCHANGE);
}

function widthOf({ from, to }: Stretch): number {
  return to - from + 1;
}

/** The values on both sides of the first edges. */
function edgesOf(answer: Answer, row: Row): readonly number[] {
  const found: number[] = [];
  let at = row.least;
  while (at <= row.most && found.length < 2 * EDGES) {
    const to = lastAlike(answer, at, { ...row, by: 1 });
    found.push(to, Math.min(to + 1, row.most));
    at = to + 1;
  }
  return found;
}

function stretchAround(answer: Answer, at: number, row: Row): Stretch {
  return { from: lastAlike(answer, at, { ...row, by: -1 }), to: lastAlike(answer, at, { ...row, by: 1 }) };
}

/** The last value in one direction of which the same is said: by steps that double while they fit, and halve after. */
function lastAlike(answer: Answer, at: number, { least, most, by }: Row & { readonly by: 1 | -1 }): number {
  const said = answer(at);
  const isAlike = (index: number): boolean => index >= least && index <= most && Object.is(answer(index), said);
  let last = at;
  let step = 1;
  while (isAlike(last + by * step)) {
    last += by * step;
    step *= 2;
  }
  for (; step >= 1; step = Math.floor(step / 2)) if (isAlike(last + by * step)) last += by * step;
  return last;
}
