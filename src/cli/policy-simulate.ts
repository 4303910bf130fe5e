import { parseArgs } from 'node:util';
import type { Plan } from '../domain/plan.ts';
import { createTreatmentKeys } from '../keys/treatment-keys.ts';
import { type WithDraft, withDraft } from '../plan/with-draft.ts';
import { type Simulated, simulate } from '../rehearsal/simulate.ts';
import { type DrawnExchange, exchangeDraw } from '../synthetic/draw-exchange.ts';
import { queryFor } from '../synthetic/draw-query.ts';
import { seededRandom } from '../synthetic/seeded-random.ts';
import { type Command, EXIT, UsageError } from './command.ts';
import {
  FOLDER_OPTIONS,
  FOLDER_USAGE,
  type FolderValues,
  grantOf,
  loadFolders,
  REHEARSAL_SEED,
} from './policy-folders.ts';
import { readRecordFile } from './record-file.ts';
import { type Simulation, simulationText } from './simulation-text.ts';

const MAX_COUNT = 1000;

export const policySimulate: Command = {
  usage: `shuqiao policy simulate (--grant ID | --draft FILE) [--seed N] [--count N] [--record FILE] [--now RFC3339] ${FOLDER_USAGE} [--json]`,
  summary:
    'What the source holds, what the consumer would get and why, side by side: of records made up from the contract, everybody in them nobody, or of a made-up one from a file. It shows values: keep real records out of it.',
  errorExit: EXIT.error,
  run: async (args, shell) => {
    const { values } = parseArgs({
      args: [...args],
      options: {
        ...FOLDER_OPTIONS,
        grant: { type: 'string' },
        draft: { type: 'string' },
        seed: { type: 'string' },
        count: { type: 'string' },
        record: { type: 'string' },
        now: { type: 'string' },
        json: { type: 'boolean' },
      },
    });
    const drafted = drafting(values);
    const { plan } = drafted;
    const [seed, count] = [numberIn(values.seed, 1, 2 ** 31), numberIn(values.count, 3, MAX_COUNT)];
    if (values.record !== undefined && (values.seed ?? values.count) !== undefined) throw new UsageError();
    // As soon as it is in force: what a grant of next month will do is asked today.
    const now = values.now ?? plan.grant.validFrom;
    const nowMs = Date.parse(now);
    if (Number.isNaN(nowMs)) throw new UsageError();
    const drawn = values.record === undefined ? draw(plan, { seed, count, nowMs }) : [given(plan, values.record)];
    const exchanges: Simulated[] = [];
    for (const exchange of drawn) exchanges.push(await simulate({ ...drafted, ...exchange, nowMs }));
    const simulation: Simulation = {
      grant: plan.grant.id,
      contract: plan.contract.id,
      purpose: plan.purpose.id,
      consumer: plan.consumer.id,
      now,
      seed: values.record === undefined ? seed : null,
      exchanges,
    };
    shell.out(values.json === true ? `${JSON.stringify(simulation)}\n` : simulationText(simulation));
    return EXIT.ok;
  },
};

interface Subject extends FolderValues {
  readonly grant?: string;
  readonly draft?: string;
}

/** @throws UsageError, FaultsError, Error in words */
function drafting({ grant, draft, ...folders }: Subject): WithDraft {
  if ((grant === undefined) === (draft === undefined)) throw new UsageError();
  const snapshot = loadFolders(folders, REHEARSAL_SEED);
  if (draft !== undefined) return withDraft(snapshot, draft, createTreatmentKeys(REHEARSAL_SEED));
  return { snapshot, plan: grantOf(snapshot, grant ?? '') };
}

/** @throws UsageError */
function numberIn(text: string | undefined, otherwise: number, most: number): number {
  if (text === undefined) return otherwise;
  const number = /^\d{1,10}$/.test(text) ? Number(text) : 0;
  if (number < 1 || number > most) throw new UsageError();
  return number;
}

interface Drawing {
  readonly seed: number;
  readonly count: number;
  readonly nowMs: number;
}

function draw(plan: Plan, { seed, count, nowMs }: Drawing): readonly DrawnExchange[] {
  const random = seededRandom(seed);
  const next = exchangeDraw(plan, nowMs);
  return Array.from({ length: count }, () => next(random));
}

function given(plan: Plan, file: string): DrawnExchange {
  const record = readRecordFile(file, plan.contract);
  return { record, query: queryFor(plan, record) };
}
