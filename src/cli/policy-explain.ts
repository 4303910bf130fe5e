import { parseArgs } from 'node:util';
import type { Plan } from '../domain/plan.ts';
import { type Explanation, explainPlan } from '../review/explain.ts';
import { explainExchange } from '../review/explain-exchange.ts';
import { REASONS } from '../review/reasons.ts';
import { type Command, EXIT, UsageError } from './command.ts';
import { FOLDER_OPTIONS, FOLDER_USAGE, grantOf, loadFolders } from './policy-folders.ts';
import { readObjectFile, readRecordFile } from './record-file.ts';

export const policyExplain: Command = {
  usage: `shuqiao policy explain --grant ID [--record FILE [--query FILE]] ${FOLDER_USAGE} [--json]`,
  summary: 'One reason for every field of the contract, and with a record for what becomes of it; never a value.',
  errorExit: EXIT.error,
  run: async (args, shell) => {
    const { values } = parseArgs({
      args: [...args],
      options: {
        ...FOLDER_OPTIONS,
        grant: { type: 'string' },
        record: { type: 'string' },
        query: { type: 'string' },
        json: { type: 'boolean' },
      },
    });
    if (values.grant === undefined || (values.query !== undefined && values.record === undefined))
      throw new UsageError();
    const plan = grantOf(loadFolders(values), values.grant);
    const fields = values.record === undefined ? explainPlan(plan) : ofExchange(plan, values.record, values.query);
    shell.out(values.json === true ? `${JSON.stringify({ grant: values.grant, fields })}\n` : describe(fields));
    return EXIT.ok;
  },
};

function ofExchange(plan: Plan, recordFile: string, queryFile: string | undefined): readonly Explanation[] {
  const record = readRecordFile(recordFile, plan.contract);
  const query = queryFile === undefined ? {} : readObjectFile(queryFile);
  return explainExchange(plan, { record, query, nowMs: Date.now(), wanted: undefined }).fields;
}

function describe(fields: readonly Explanation[]): string {
  return fields
    .map(({ path, output, treatment, precision, reason, trace }) => {
      const way = output === undefined ? path : `${path} -> ${output}  ${treatment ?? ''}  ${precision}`;
      const layers = trace.map(({ layer, rule, most }) => `    ${[layer, rule].join(' ').trim()}: at most ${most}\n`);
      return `${reason}  ${way}\n    ${REASONS[reason].en} ${REASONS[reason].zh}\n${layers.join('')}`;
    })
    .join('');
}
