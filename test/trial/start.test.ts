import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { freePort } from '../support/postgres-server.ts';
import { type Running, run } from '../support/process.ts';

const START = resolve('dist/trial/start.js');
const CLI = resolve('dist/cli/shuqiao.js');
const LAST_LINE = 'Ctrl-C stops it.';

let folder: string;
let environment: Record<string, string>;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'shuqiao-start-'));
  for (const name of ['contracts', 'policies']) cpSync(name, join(folder, name), { recursive: true });
  environment = {
    SHUQIAO_EXCHANGE_PORT: String(await freePort()),
    SHUQIAO_CONTROL_PORT: String(await freePort()),
    SHUQIAO_TELEMETRY_PORT: String(await freePort()),
  };
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function start(): Running {
  return run(process.execPath, ['--enable-source-maps', START], { cwd: folder, environment });
}

/** The two lines that npm start prints, as somebody would paste them; npx finds the command in a checkout only. */
function pasted(output: string): string {
  const lines = output.split('\n').filter((text) => /^(?:TOKEN=|curl )/.test(text));
  if (lines.length !== 2) throw new Error('no two lines were printed');
  return lines.join('\n').replace('npx shuqiao', `${process.execPath} ${CLI}`);
}

describe('npm start', () => {
  it('prints two lines that work when pasted, stops cleanly, and finds its ledger again', async () => {
    const first = start();
    await first.until(LAST_LINE);
    expect(first.out()).toContain('The ledger has 0 entries');
    expect(first.out()).toContain('never calls fsync');
    const reply = await run('bash', ['-c', pasted(first.out())], { cwd: folder }).ended();
    expect(JSON.parse(reply.out)).toMatchObject({ purpose: 'open-a-shop', data: { nameMatches: true } });
    const ready = (await (
      await fetch(`http://127.0.0.1:${environment['SHUQIAO_TELEMETRY_PORT']}/readyz`)
    ).json()) as object;
    expect(ready).toMatchObject({
      checks: { database: { durable: false, notice: expect.stringContaining('trial') as string } },
    });
    first.child.kill('SIGINT');
    // As npm does, which hands the signal on that the terminal has given already.
    first.child.kill('SIGINT');
    expect(await first.ended()).toMatchObject({ status: 0, err: '' });

    const second = start();
    await second.until(LAST_LINE);
    expect(second.out()).toContain('The ledger has 1 entries');
    second.child.kill('SIGTERM');
    expect((await second.ended()).status).toBe(0);
  });

  it('does not start on a broken contract, and names the file, the place in it and the remedy', async () => {
    const file = join(folder, 'contracts/taxation/tax-standing/v1/schema.json');
    const schema = JSON.parse(readFileSync(file, 'utf8')) as { properties: Record<string, object> };
    schema.properties['arrearsFen'] = { type: 'integer', minimum: 0 };
    writeFileSync(file, JSON.stringify(schema));
    const { status, out, err } = await start().ended();
    expect(status).toBe(1);
    expect(err).toContain(
      'contracts/taxation/tax-standing/v1/schema.json#/properties/arrearsFen: the field has no x-classification',
    );
    expect(err).toContain('Grade the field');
    expect(out).not.toContain('listening');
  });

  it('does not start on a broken policy', async () => {
    const file = join(folder, 'policies/grants/open-a-shop-tax.json');
    writeFileSync(file, readFileSync(file, 'utf8').replace('"threshold"', '"thresholds"'));
    const { status, err } = await start().ended();
    expect(status).toBe(1);
    expect(err).toContain('policies/grants/open-a-shop-tax.json#/fields/0/treatment: there is no such treatment');
  });

  it('says which address is in use and leaves nothing running', async () => {
    const other = createServer();
    await new Promise<void>((done) => other.listen(Number(environment['SHUQIAO_EXCHANGE_PORT']), '127.0.0.1', done));
    const { status, err } = await start().ended();
    await new Promise((done) => other.close(done));
    expect(status).toBe(1);
    expect(err).toContain(`127.0.0.1:${environment['SHUQIAO_EXCHANGE_PORT']}: the address is in use`);
  });
});
