import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Verification } from '../auditor/verification.ts';
import { verifyExport } from '../auditor/verify-export.ts';
import { readEnvironment } from '../config/env.ts';
import { FaultsError } from '../domain/fault.ts';
import type { JsonObject } from '../domain/json.ts';
import type { Outcome, Receipt } from '../domain/ledger-entry.ts';
import { exportLines } from '../ledger/export-format.ts';
import { TREATMENTS } from '../treatment/treatments.ts';
import { ask, type Received } from './consumer.ts';
import { type Scene, story } from './story.ts';
import { type Surroundings, startSurroundings } from './surroundings.ts';
import { startTrialGateway, type TrialGateway } from './trial-gateway.ts';

type Counts = Record<Outcome, number>;

interface Stage {
  readonly gateway: TrialGateway;
  readonly surroundings: Surroundings;
  readonly certsDir: string;
}

const print = (text: string): boolean => process.stdout.write(`${text}\n`);

/** `npm run demo`: all of it on free ports and in a folder of its own, the story played, the ledger verified. */
async function demo(args: readonly string[]): Promise<boolean> {
  const folder = mkdtempSync(join(tmpdir(), 'shuqiao-demo-'));
  const certsDir = join(folder, 'certs');
  try {
    const surroundings = await startSurroundings({ certsDir, stateDir: folder, policiesDir: 'policies' });
    // The log would be in the way of the story; the demo's own ports and database, whatever is set for npm start.
    const gateway = await startTrialGateway(
      { ...surroundings.environment, ...freePorts(), ...databaseOf(readEnvironment()) },
      { certsDir, out: () => {} },
    );
    try {
      return await play({ gateway, surroundings, certsDir }, args.includes('--json'));
    } finally {
      await gateway.stop();
      await surroundings.close();
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function freePorts(): Record<string, string> {
  return { SHUQIAO_EXCHANGE_PORT: '0', SHUQIAO_CONTROL_PORT: '0', SHUQIAO_TELEMETRY_PORT: '0' };
}

function databaseOf({ DATABASE_URL: url }: ReturnType<typeof readEnvironment>): Record<string, string> {
  return url === undefined ? {} : { DATABASE_URL: url };
}

async function play(stage: Stage, json: boolean): Promise<boolean> {
  const { ledger } = stage.gateway;
  const before = (await ledger.head()).size;
  const receipts: Receipt[] = [];
  const counts: Counts = { released: 0, refused: 0, failed: 0 };
  let asExpected = true;
  for (const [index, scene] of story(stage.surroundings.registers).entries()) {
    const outcome = await playScene(stage, scene, { number: index + 1, receipts });
    counts[outcome] += 1;
    asExpected &&= outcome === scene.expected;
  }
  const verification = await verify(stage.gateway, receipts);
  const { released, refused, failed } = counts;
  const recorded = verification.size - before === released + refused + failed;
  const verified = verification.verdict === 'verified' && recorded;
  print(
    `\n台账 Ledger: ${verification.size} entries, ${verification.verdict}; head ${verification.size}:${verification.chain}`,
  );
  print(
    `${released} released 提供, ${refused} refused 拒绝, ${failed} failed 失败${recorded ? ', every one of them in the ledger' : ''}.`,
  );
  if (json) print(JSON.stringify({ released, refused, failed, ledgerSize: verification.size, verified }));
  return asExpected && verified;
}

/** Against what the demo saw with its own eyes: the head when the last answer was there, and the receipts of answers. */
async function verify({ ledger }: TrialGateway, receipts: readonly Receipt[]): Promise<Verification> {
  const { size, chain } = await ledger.head();
  return await verifyExport(exportLines(ledger, { all: true }), { pinned: { size, hash: chain }, receipts });
}

interface Played {
  readonly number: number;
  /** Of the answers so far. */
  readonly receipts: Receipt[];
}

async function playScene(stage: Stage, scene: Scene, { number, receipts }: Played): Promise<Outcome> {
  const { gateway, surroundings, certsDir } = stage;
  if (scene.sourceDown !== undefined) await surroundings.sources.get(scene.sourceDown)?.close();
  const { title, system, contract, purpose, query, fields } = scene;
  const body: JsonObject = { purpose, query, ...(fields === undefined ? {} : { fields }) };
  print(`\n${number}. ${title.en} ${title.zh}`);
  print(`   ${system} → ${contract}, purpose 用途 ${purpose}`);
  print(`   asked     ${JSON.stringify(body)}`);
  print(`   held      ${held(stage, scene)}`);
  const received = await ask(gateway.urls.exchange, certsDir, scene);
  if (received.released) receipts.push(received.answer.receipt);
  print(`   received  ${JSON.stringify(received.released ? received.answer.data : received.problem.code)}`);
  for (const reason of reasons(gateway, scene, received)) print(`   why       ${reason}`);
  return outcomeOf(received);
}

/** What the source would say in full, so that one sees what did not come through. */
function held({ gateway, surroundings }: Stage, { contract, query }: Scene): string {
  const source = gateway.snapshot.contracts.get(contract)?.source.id;
  const record = surroundings.registers.registers.find((register) => register.source === source)?.find(query);
  return record === undefined ? 'nothing' : JSON.stringify(record);
}

function outcomeOf(received: Received): Outcome {
  if (received.released) return 'released';
  return received.problem.origin === 'provider' ? 'failed' : 'refused';
}

function reasons(
  { snapshot }: TrialGateway,
  { system, contract, purpose }: Scene,
  received: Received,
): readonly string[] {
  if (!received.released) {
    const { title, titleZh, remedy } = received.problem;
    return [`${title} ${titleZh}. ${remedy}`];
  }
  const plan = snapshot.findPlan({ system, contract, purpose });
  if (received.answer.data === null)
    return ['The source has no record; that too is said inside the seal only, and recorded.'];
  return (plan?.fields ?? []).map(({ path, output, treatment }) => {
    const justification = plan?.grant.fields.find((field) => field.path === path)?.justification ?? '';
    const name = TREATMENTS.get(treatment.replace(/@\d+$/, ''))?.titleZh ?? '';
    return `${output}: ${treatment} ${name}${path === output ? '' : ` of ${path}`}. ${justification}`;
  });
}

try {
  process.exitCode = (await demo(process.argv.slice(2))) ? 0 : 1;
} catch (error) {
  process.stderr.write(`${error instanceof FaultsError ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
