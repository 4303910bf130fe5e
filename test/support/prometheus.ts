export interface Sample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

export interface Exposition {
  /** Kind of every family, by its name. */
  readonly types: ReadonlyMap<string, string>;
  readonly samples: readonly Sample[];
}

const SAMPLE = /^([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{(.*)\})? (\S+)$/;
const LABEL = /([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\]|\\["\\n])*)"(?:,|$)/gy;

/**
 * Reads the Prometheus text format 0.0.4 as strictly as a scraper that stops at the first line it does not know.
 * @throws Error that names the line
 */
export function parseExposition(text: string): Exposition {
  if (!text.endsWith('\n')) throw new Error('the last line has no end');
  const types = new Map<string, string>();
  const samples: Sample[] = [];
  for (const line of text.split('\n')) {
    if (line === '' || /^# HELP [a-zA-Z_:][a-zA-Z0-9_:]* .+$/.test(line)) continue;
    const [, family, type] = /^# TYPE (\S+) (counter|gauge|histogram|summary|untyped)$/.exec(line) ?? [];
    if (family !== undefined && type !== undefined) {
      if (types.has(family)) throw new Error(`${family} is declared twice`);
      types.set(family, type);
    } else samples.push(parseSample(line, types));
  }
  return { types, samples };
}

function parseSample(line: string, types: ReadonlyMap<string, string>): Sample {
  const [, name, labels = '', number] = SAMPLE.exec(line) ?? [];
  if (name === undefined || number === undefined) throw new Error(`no sample: ${line}`);
  const family = name.replace(/_(bucket|sum|count)$/, '');
  if (!types.has(name) && !types.has(family)) throw new Error(`${name} has no type`);
  const value = Number(number.replace('Inf', 'Infinity'));
  // prom-client writes Nan, and Prometheus takes it in any case.
  if (Number.isNaN(value) && !/^nan$/i.test(number)) throw new Error(`no number: ${line}`);
  return { name, labels: parseLabels(labels), value };
}

function parseLabels(text: string): Readonly<Record<string, string>> {
  const pairs = [...text.matchAll(LABEL)];
  if (pairs.reduce((length, [pair]) => length + pair.length, 0) !== text.length) throw new Error(`no labels: ${text}`);
  return Object.fromEntries(pairs.map(([, name = '', value = '']) => [name, value]));
}

/** The value of the one sample of that name with these labels; 0 if there is none, as a counter begins. */
export function sampleOf({ samples }: Exposition, name: string, labels: Readonly<Record<string, string>> = {}): number {
  const matching = samples.filter(
    (sample) =>
      sample.name === name && Object.entries(labels).every(([label, value]) => sample.labels[label] === value),
  );
  return matching.reduce((sum, { value }) => sum + value, 0);
}
