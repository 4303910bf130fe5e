import { cpus } from 'node:os';
import { ledgerBench } from './ledger.ts';
import { overloadBench } from './overload.ts';
import { projectBench } from './project.ts';

/** What a benchmark found out: numbers by name. */
type Report = Readonly<Record<string, unknown>>;

const BENCHMARKS: ReadonlyMap<string, () => Report | Promise<Report>> = new Map<string, () => Report | Promise<Report>>(
  [
    ['project', projectBench],
    ['ledger', ledgerBench],
    ['overload', overloadBench],
  ],
);

async function main([name = '', ...options]: readonly string[]): Promise<number> {
  const benchmark = BENCHMARKS.get(name);
  if (benchmark === undefined || options.some((option) => option !== '--json')) {
    process.stderr.write(`npm run bench -- (${[...BENCHMARKS.keys()].join('|')}) [--json]\n`);
    return 2;
  }
  const report: Report = { ...(await benchmark()), node: process.version, cores: cpus().length };
  process.stdout.write(`${JSON.stringify(report, undefined, options.includes('--json') ? 0 : 2)}\n`);
  return 0;
}

process.exitCode = await main(process.argv.slice(2));
