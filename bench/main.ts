import { cpus } from 'node:os';
import { projectBench } from './project.ts';

/** What a benchmark found out: numbers by name. */
type Report = Readonly<Record<string, unknown>>;

const BENCHMARKS: ReadonlyMap<string, () => Report> = new Map([['project', projectBench]]);

function main([name = '', ...options]: readonly string[]): number {
  const benchmark = BENCHMARKS.get(name);
  if (benchmark === undefined || options.some((option) => option !== '--json')) {
    process.stderr.write(`npm run bench -- (${[...BENCHMARKS.keys()].join('|')}) [--json]\n`);
    return 2;
  }
  const report: Report = { ...benchmark(), node: process.version, cores: cpus().length };
  process.stdout.write(`${JSON.stringify(report, undefined, options.includes('--json') ? 0 : 2)}\n`);
  return 0;
}

process.exitCode = main(process.argv.slice(2));
