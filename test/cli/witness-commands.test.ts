import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parseTrustPolicy } from '../../src/transparency/parse-trust-policy.ts';
import { checkAgainst } from '../../src/transparency/trust-policy.ts';
import { witnesses } from '../../src/witness/witness-client.ts';
import { type GrowingLog, growingLog } from '../support/growing-log.ts';
import { issueCertificate } from '../support/issue-certificate.ts';
import { type Running, run } from '../support/process.ts';
import { built, shuqiao } from '../support/shuqiao.ts';

const ORIGIN = 'ledger.test/1';
let folder: string;
let log: GrowingLog;
let vkey: string;
const running: Running[] = [];

const at = (name: string): string => join(folder, name);
const environment = () => ({
  SHUQIAO_WITNESS_PORT: '0',
  SHUQIAO_WITNESS_KEY_FILE: at('key'),
  SHUQIAO_WITNESS_LOGS_FILE: at('logs'),
  SHUQIAO_WITNESS_STATE_DIR: at('state'),
});
const admit = async (...args: string[]) => await shuqiao(['witness', 'admit', ...args], { environment: environment() });

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'shuqiao-witness-cli-'));
  log = growingLog(ORIGIN);
  log.grow(6);
  const made = ['--name', 'witness.test/w1', '--kind', 'witness', '--output', at('key')];
  vkey = (await shuqiao(['note-key', 'generate', ...made])).out.trim();
  writeFileSync(at('logs'), `log ${log.vkey}\nquorum none\n`);
});
afterEach(() => {
  for (const { child } of running.splice(0)) child.kill('SIGKILL');
  rmSync(folder, { recursive: true });
});

async function start(more: Readonly<Record<string, string>> = {}): Promise<{ witness: Running; url: string }> {
  const witness = run(process.execPath, [built('cli/shuqiao.js'), 'witness'], {
    environment: { ...environment(), ...more },
  });
  running.push(witness);
  await witness.until('"event":"listening"');
  return { witness, url: /"url":"([^"]+)"/.exec(witness.out())?.[1] ?? '' };
}

/** Whether a trust policy with this witness is satisfied with what it gives. */
async function isSatisfied(url: string, ca?: string): Promise<boolean> {
  const policy = parseTrustPolicy(`log ${log.vkey}\nwitness audit ${vkey} ${url}\nquorum audit\n`);
  const observer = { cosigned: () => {}, missed: () => {} };
  const note = await log.note();
  const lines = await witnesses({ policy, ca, deadlineMs: 5000, observer }).cosign(note, log.proof);
  return checkAgainst(policy, note + lines.join('')).satisfied;
}

describe('shuqiao witness', () => {
  it('runs as docs/witness-guide.md says, cosigns, and ends when it is told to', async () => {
    expect(await admit(ORIGIN)).toEqual({
      status: 0,
      out: `${ORIGIN} is admitted at size 0. Only a checkpoint that continues it will be cosigned.\n`,
      err: '',
    });
    const { witness, url } = await start();
    expect(await isSatisfied(url)).toBe(true);
    witness.child.kill('SIGTERM');
    const { status, out, err } = await witness.ended();
    expect([status, err]).toEqual([0, '']);
    const events = out
      .trim()
      .split('\n')
      .map((line) => (JSON.parse(line) as { event: string }).event);
    expect(events).toEqual(['listening', 'checkpoint-cosigned', 'stopping', 'stopped']);
    expect(readFileSync(at('key'), 'utf8')).not.toContain(vkey);
    expect(out).not.toContain('PRIVATE');
  });

  it('listens with TLS, which it has to where more than this machine reaches it', async () => {
    await admit(ORIGIN);
    const { cert, key } = issueCertificate({ subject: [['CN', 'localhost']] });
    writeFileSync(at('cert.pem'), cert);
    writeFileSync(at('cert.key'), key);
    const files = {
      SHUQIAO_WITNESS_TLS_CERT_FILE: at('cert.pem'),
      SHUQIAO_WITNESS_TLS_KEY_FILE: at('cert.key'),
    };
    const { url } = await start(files);
    expect(url).toMatch(/^https:/);
    expect(await isSatisfied(url, cert)).toBe(true);
    expect(await isSatisfied(url)).toBe(false);
    const open = await shuqiao(['witness'], { environment: { ...environment(), SHUQIAO_WITNESS_HOST: '0.0.0.0' } });
    expect(open.status).toBe(2);
    expect(open.err).toContain('SHUQIAO_WITNESS_TLS_CERT_FILE: it is not set');
  });

  it('does not start before its log is admitted, and says what to do', async () => {
    const { status, out, err } = await shuqiao(['witness'], { environment: environment() });
    expect([status, out]).toEqual([2, '']);
    expect(err).toContain(`of the log ${ORIGIN}`);
    expect(err).toContain('shuqiao witness admit');
  });

  it('says all that is not set', async () => {
    const { status, err } = await shuqiao(['witness']);
    expect(status).toBe(2);
    for (const variable of Object.keys(environment()).slice(1)) expect(err).toContain(`${variable}: it is not set`);
  });

  it('takes neither the key of a log for its own, nor a file without a log', async () => {
    writeFileSync(at('logs'), 'quorum none\n');
    expect((await shuqiao(['witness'], { environment: environment() })).err).toContain('it names no log');
    writeFileSync(at('logs'), `log ${log.vkey}\nquorum none\n`);
    rmSync(at('key'));
    await shuqiao(['note-key', 'generate', '--name', 'a', '--kind', 'log', '--output', at('key')]);
    expect((await shuqiao(['witness'], { environment: environment() })).err).toContain('the key of a log');
  });
});

describe('shuqiao witness admit', () => {
  it('admits a log once, of those in the file', async () => {
    expect((await admit('ledger.test/2')).err).toContain('it names no log ledger.test/2');
    expect((await admit(ORIGIN)).status).toBe(0);
    const again = await admit(ORIGIN);
    expect([again.status, again.err]).toEqual([2, 'the log was admitted before; a record is never begun anew\n']);
  });

  it('admits it at a checkpoint that it signed', async () => {
    writeFileSync(at('checkpoint'), await log.note(4));
    expect((await admit(ORIGIN, '--from', at('checkpoint'))).out).toContain('at size 4');
    const { url } = await start();
    expect(await isSatisfied(url)).toBe(true);
  });

  it.each([[[]], [['a', 'b']], [['a', '--form', 'b']]])('shows how it is called: %j', async (args) => {
    expect((await admit(...args)).err).toMatch(/^usage: shuqiao witness admit/);
  });
});
