import { chmodSync, readFileSync, symlinkSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, inject, it, onTestFinished } from 'vitest';
import { REGISTRATION, startHarness } from '../support/harness.ts';
import { run } from '../support/process.ts';
import { scratchFolder } from '../support/scratch-folder.ts';
import { built } from '../support/shuqiao.ts';
import { isInstalled, sayMissing } from '../support/tools.ts';

const INSTALLED =
  isInstalled('jose', ['alg']) && isInstalled('openssl', ['version']) && isInstalled('curl', ['--version']);
const PAGE = readFileSync('docs/consumer-guide.md', 'utf8');
const MARK = '--- the end of a block ---';

interface Block {
  readonly script: string;
  /** What the page says that it prints; `…` is anything. */
  readonly promised: string;
}

/** The blocks of the page that are run, each with the block of text after it. */
function blocksOf(page: string): readonly Block[] {
  const fenced = [...page.matchAll(/^```(\w*)\n(.*?)^```$/gms)].map(([, kind, text = '']) => ({ kind, text }));
  return fenced.flatMap(({ kind, text }, index) => {
    const next = fenced[index + 1];
    return kind === 'sh' ? [{ script: text, promised: next?.kind === 'text' ? next.text : '' }] : [];
  });
}

function patternOf(promised: string): RegExp {
  const escaped = promised.split('…').map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${escaped.join('[^\\n]*')}$`);
}

const BLOCKS = blocksOf(PAGE);

describe('the guide for consumers', () => {
  it('has blocks that are run, and says what most of them print', () => {
    expect(BLOCKS.length).toBeGreaterThan(8);
    expect(BLOCKS.filter(({ promised }) => promised !== '').length).toBeGreaterThan(7);
    expect(
      [...PAGE.matchAll(/^```(\w*)$/gm)]
        .map(([, kind]) => kind)
        .filter((kind) => !['sh', 'text', ''].includes(kind ?? '')),
    ).toEqual([]);
  });

  if (!INSTALLED) {
    sayMissing('jose, openssl or curl', 'apt-get install jose openssl curl');
    return;
  }

  it('works as it stands, one block after the other, in an empty folder, against a gateway', async () => {
    const harness = await startHarness();
    onTestFinished(harness.close);
    const certs = inject('certsDir');
    const pem = (name: string): string => readFileSync(join(certs, name), 'utf8');
    const folder = scratchFolder({
      'ca.pem': pem('ca.pem'),
      'system.pem': pem(`systems/${REGISTRATION}.pem`),
      'system.key.pem': pem(`systems/${REGISTRATION}.key.pem`),
      'bin/shuqiao': `#!/bin/sh\nexec '${process.execPath}' '${built('cli/shuqiao.js')}' "$@"\n`,
    });
    chmodSync(join(folder, 'bin/shuqiao'), 0o755);
    symlinkSync(resolve('policies'), join(folder, 'policies'));
    // What the operator does when an auditor asks; the page tells of it and does not show it.
    const audit = `curl -sS -o ledger-export.jsonl '${harness.gateway.urls.control}/ledger/export'\n`;
    const script = BLOCKS.map(({ script }) => (script.includes('ledger-export.jsonl') ? audit + script : script));
    const { out, err, status } = await run('bash', ['-c', script.join(`echo '${MARK}'\n`)], {
      cwd: folder,
      environment: {
        PATH: `${join(folder, 'bin')}:${process.env['PATH'] ?? ''}`,
        DATABASE_URL: String(harness.database.url),
        SYSTEM: REGISTRATION,
        GATEWAY: harness.gateway.urls.exchange,
        ISSUER: 'https://localhost',
        RESIDENT_ID: harness.resident.residentId,
      },
    }).ended();
    expect(err).toBe('');
    expect(status).toBe(0);
    const printed = out.split(`${MARK}\n`);
    expect(printed).toHaveLength(BLOCKS.length);
    for (const [index, { promised }] of BLOCKS.entries()) expect(printed[index]).toMatch(patternOf(promised));
  });
});
