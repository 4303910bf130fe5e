import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { growingLog } from '../support/growing-log.ts';
import { freePort } from '../support/postgres-server.ts';
import { shuqiao } from '../support/shuqiao.ts';

let folder: string;
let server: Server;
let tsa: string;
/** What the authority answers, instead of an honest reply. */
let instead: { readonly status?: number; readonly type?: string; readonly body?: Buffer } = {};

const at = (name: string): string => join(folder, name);
const openssl = (...args: string[]): Buffer => execFileSync('openssl', args, { stdio: 'pipe', cwd: folder });

/** A time-stamping authority as openssl has one, and the authority above it. */
function makeAuthority(name: string): void {
  const subject = ['-subj', `/CN=${name}`, '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'];
  openssl('req', '-x509', ...subject, '-keyout', `${name}.ca.key`, '-out', `${name}.ca.pem`, '-days', '2');
  openssl('req', ...subject, '-keyout', `${name}.key`, '-out', `${name}.csr`);
  const signed = ['-CA', `${name}.ca.pem`, '-CAkey', `${name}.ca.key`, '-extfile', 'extensions', '-days', '2'];
  openssl('x509', '-req', '-in', `${name}.csr`, ...signed, '-out', `${name}.pem`);
  const settings = [`signer_cert = ${name}.pem`, `signer_key = ${name}.key`, `serial = ${name}.serial`];
  writeFileSync(at(`${name}.serial`), '01\n');
  writeFileSync(
    at(`${name}.cnf`),
    `[tsa]\ndefault_tsa = one\n[one]\n${settings.join('\n')}\nsigner_digest = sha256\ndigests = sha256\ndefault_policy = 1.2.3.4\n`,
  );
}

function stamp(query: Buffer): Buffer {
  writeFileSync(at('query'), query);
  openssl('ts', '-reply', '-config', 'tsa.cnf', '-queryfile', 'query', '-out', 'reply');
  return readFileSync(at('reply'));
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'shuqiao-tsa-'));
  writeFileSync(at('extensions'), 'extendedKeyUsage = critical,timeStamping\n');
  makeAuthority('tsa');
  makeAuthority('other');
  const log = growingLog();
  log.grow(3);
  writeFileSync(at('checkpoint'), await log.note(2));
  writeFileSync(at('another'), await log.note(3));
  server = createServer((req, res) => {
    const chunks: Buffer[] = [];
    req
      .on('data', (chunk: Buffer) => chunks.push(chunk))
      .on('end', () => {
        const { status = 200, type = 'application/timestamp-reply', body } = instead;
        expect(req.headers['content-type']).toBe('application/timestamp-query');
        res.writeHead(status, { 'Content-Type': type }).end(body ?? stamp(Buffer.concat(chunks)));
      });
  });
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  tsa = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
});
afterAll(() => {
  server.close();
  rmSync(folder, { recursive: true });
});
beforeEach(() => {
  instead = {};
  rmSync(at('stamp'), { force: true });
});

const ask = async (url = tsa, ca = 'tsa.ca.pem', checkpoint = 'checkpoint') =>
  await shuqiao(['ledger', 'timestamp', at(checkpoint), '--tsa', url, '--ca', at(ca), '--output', at('stamp')]);
const verify = async (checkpoint: string, ca = 'tsa.ca.pem') =>
  await shuqiao(['ledger', 'timestamp', 'verify', at(checkpoint), at('stamp'), '--ca', at(ca)]);
const STAMPED = /^Stamped at \w{3} +\d+ [\d:.]+ \d{4} GMT\.\n$/;

describe('a time stamp of a checkpoint', () => {
  it('is had, kept and verified, by us and by openssl', async () => {
    const asked = await ask();
    expect([asked.status, asked.err]).toEqual([0, '']);
    expect(asked.out).toMatch(STAMPED);
    expect(await verify('checkpoint')).toEqual({ status: 0, out: asked.out, err: '' });
    const other = openssl('ts', '-verify', '-data', 'checkpoint', '-in', 'stamp', '-CAfile', 'tsa.ca.pem');
    expect(other.toString()).toContain('Verification: OK');
  });

  it('is of no other checkpoint, nor by another authority', async () => {
    await ask();
    expect((await verify('another')).status).toBe(1);
    expect((await verify('checkpoint', 'other.ca.pem')).status).toBe(1);
  });

  it('is not written over one that is there', async () => {
    writeFileSync(at('stamp'), 'kept');
    expect((await ask()).status).toBe(2);
    expect(readFileSync(at('stamp'), 'utf8')).toBe('kept');
  });

  it('is not kept when it is an answer to another question, or by an authority that is not ours', async () => {
    await ask();
    const old = readFileSync(at('stamp'));
    rmSync(at('stamp'));
    instead = { body: old };
    expect((await ask()).status).toBe(1);
    instead = {};
    expect((await ask(tsa, 'other.ca.pem')).status).toBe(1);
    instead = { body: Buffer.from('no reply') };
    expect((await ask()).status).toBe(1);
    expect(existsSync(at('stamp'))).toBe(false);
  });

  it.each([
    ['an error', { status: 500 }],
    ['another type', { type: 'text/html' }],
    ['too much', { body: Buffer.alloc(100_000) }],
  ])('is none when the authority answers with %s', async (_, answer) => {
    instead = answer;
    expect((await ask()).status).toBe(2);
    expect(existsSync(at('stamp'))).toBe(false);
  });

  it('is none when nobody answers, or a file is not there', async () => {
    const away = await ask(`http://127.0.0.1:${await freePort()}/`);
    expect([away.status, away.err]).toEqual([2, 'The time-stamping authority does not answer (Error ECONNREFUSED).\n']);
    expect((await ask(tsa, 'tsa.ca.pem', 'nothing')).status).toBe(2);
    expect((await verify('checkpoint')).status).toBe(2);
  });
});
