import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type RunningWitness, startWitness } from '../../src/cli/start-witness.ts';
import { writeSignerKeyFile } from '../../src/config/note-key-file.ts';
import { parseWitnessConfig, readWitnessFiles } from '../../src/config/witness-config.ts';
import { generateSignerKey, type NoteVerifier, parseVerifierKey } from '../../src/transparency/note-keys.ts';
import { formatAddCheckpoint } from '../../src/witness/add-checkpoint.ts';
import { admitLog } from '../../src/witness/admit-log.ts';
import type { GrowingLog } from './growing-log.ts';

export interface WitnessSetting {
  readonly folder: string;
  readonly stateDir: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly own: NoteVerifier;
  remove(): void;
}

/** Keys, logs and an admitted log, as an operator would have made them. */
export async function witnessSetting(logs: readonly Pick<GrowingLog, 'origin' | 'vkey'>[]): Promise<WitnessSetting> {
  const folder = mkdtempSync(join(tmpdir(), 'shuqiao-witness-'));
  const stateDir = join(folder, 'state');
  mkdirSync(stateDir);
  const { skey, vkey } = generateSignerKey('witness.test/w1', 'cosignature/v1');
  const environment = {
    SHUQIAO_WITNESS_PORT: '0',
    SHUQIAO_WITNESS_KEY_FILE: join(folder, 'key'),
    SHUQIAO_WITNESS_LOGS_FILE: join(folder, 'logs'),
    SHUQIAO_WITNESS_STATE_DIR: stateDir,
  };
  writeSignerKeyFile(environment.SHUQIAO_WITNESS_KEY_FILE, skey);
  writeFileSync(
    environment.SHUQIAO_WITNESS_LOGS_FILE,
    `${logs.map((log) => `log ${log.vkey}\n`).join('')}quorum none\n`,
  );
  const { signer, verifiers } = readWitnessFiles(parseWitnessConfig(environment));
  for (const { origin } of logs)
    await admitLog({ origin, verifiers, signer, stateDir, nowMs: Date.now(), from: undefined });
  return {
    folder,
    stateDir,
    environment,
    own: parseVerifierKey(vkey),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

export async function runWitness(
  { environment }: Pick<WitnessSetting, 'environment'>,
  { now = Date.now, out = () => {} }: { readonly now?: () => number; readonly out?: (line: string) => void } = {},
): Promise<RunningWitness> {
  return await startWitness({ config: parseWitnessConfig(environment), clock: { now }, out });
}

export interface WitnessReply {
  readonly status: number;
  readonly type: string | null;
  readonly body: string;
}

export async function submit(url: string, body: string | Uint8Array): Promise<WitnessReply> {
  const response = await fetch(`${url}/add-checkpoint`, { method: 'POST', body: Buffer.from(body) });
  return { status: response.status, type: response.headers.get('content-type'), body: await response.text() };
}

/** The honest request of a log that knows what the witness has. */
export async function submission(log: GrowingLog, oldSize: number, size = log.size): Promise<string> {
  const proof = oldSize === size ? [] : await log.proof(oldSize, size);
  return formatAddCheckpoint({ oldSize, proof, note: await log.note(size) });
}
