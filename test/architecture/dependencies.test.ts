import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const CONFIG = '.dependency-cruiser.cjs';

interface Cruise {
  readonly summary: {
    readonly violations: readonly { readonly from: string; readonly rule: { readonly name: string } }[];
  };
  readonly modules: readonly { readonly source: string }[];
}

/** The command itself: run as a library with a configuration it does not find, it reports nothing and no fault. */
function cruise(folder: string): Cruise {
  const args = [resolve('node_modules/.bin/depcruise'), '--config', CONFIG, '--output-type', 'json', 'src'];
  const { stdout, stderr } = spawnSync(process.execPath, args, { cwd: folder, encoding: 'utf8', maxBuffer: 2 ** 28 });
  expect(stderr).toBe('');
  return JSON.parse(stdout) as Cruise;
}

const ownModules = ({ modules }: Cruise) => modules.filter(({ source }) => source.startsWith('src/'));
const rules = (createRequire(import.meta.url)(resolve(CONFIG)) as { forbidden: { name: string }[] }).forbidden.map(
  ({ name }) => name,
);

/** A file that breaks a rule. */
interface Break {
  readonly rule: string;
  readonly file: string;
  readonly text: string;
}

const BREAKS: readonly Break[] = [
  { rule: 'no-orphans', file: 'src/keys/zz-orphan.ts', text: 'export const nobody = 1;' },
  // Reported at one of its files; each lays its egg in a file beside it, which imports it back.
  ...imports('no-cycles', 'src/domain/zz-chicken.ts', './zz-egg.ts').map(({ file, text, rule }) => ({
    rule,
    file,
    text: text.replace('zz-egg', eggOf(file)),
  })),
  ...imports('planes-never-meet', 'src/data-plane/zz-meets.ts', '../control-plane/route.ts'),
  ...imports('planes-never-meet', 'src/control-plane/admin/zz-meets.ts', '../../data-plane/journey.ts'),
  ...imports('stages-never-meet', 'src/data-plane/4-validate/zz-peeks.ts', '../5-project/project.ts'),
  ...imports('stages-never-meet', 'src/data-plane/8-respond/zz-peeks.ts', '../7-record/entry.ts'),
  ...imports('domain-is-pure', 'src/domain/zz-impure.ts', '../keys/commitment.ts'),
  ...imports('domain-is-pure', 'src/domain/zz-buffer.ts', 'node:crypto'),
  ...['net', 'http', 'https', 'http2', 'tls', 'dgram', 'dns', 'child_process'].flatMap((name) =>
    imports('rules-do-no-io', `src/ledger/zz-io-${name.replace('_', '-')}.ts`, `node:${name}`),
  ),
  ...['schema', 'contract', 'policy', 'semantic', 'treatment', 'plan', 'keys'].flatMap((folder) =>
    imports('rules-do-no-io', `src/${folder}/zz-io.ts`, 'node:http'),
  ),
  ...imports('rules-look-down', 'src/plan/zz-up.ts', '../http/headers.ts'),
  ...imports('rules-look-down', 'src/ledger/zz-up.ts', '../store/ledger.ts'),
  ...imports('planes-take-ports', 'src/data-plane/7-record/zz-adapter.ts', '../../store/ledger.ts'),
  ...imports('planes-take-ports', 'src/data-plane/zz-adapter.ts', '../telemetry/log.ts'),
  ...imports('planes-take-ports', 'src/control-plane/audit/zz-adapter.ts', '../../config/env.ts'),
  ...imports('adapters-look-down', 'src/store/zz-up.ts', '../data-plane/exchange.ts'),
  ...imports('adapters-look-down', 'src/http/zz-up.ts', '../compose.ts'),
  ...imports('rehearsal-looks-down', 'src/rehearsal/zz-store.ts', '../store/ledger.ts'),
  ...imports('rehearsal-looks-down', 'src/rehearsal/zz-cli.ts', '../cli/command.ts'),
  ...imports('rehearsal-reaches-nobody', 'src/rehearsal/zz-calls.ts', 'node:https'),
  ...imports('rehearsal-reaches-nobody', 'src/rehearsal/zz-asks.ts', '../data-plane/3-fetch/fetch.ts'),
  ...imports('rehearsal-reaches-nobody', 'src/rehearsal/zz-asks-by-another.ts', '../data-plane/app.ts'),
  ...imports('only-operators-rehearse', 'src/data-plane/zz-rehearses.ts', '../rehearsal/rehearse.ts'),
  ...imports('only-operators-rehearse', 'src/config/zz-rehearses.ts', '../rehearsal/run-cases.ts'),
  ...imports('only-operators-lint', 'src/data-plane/zz-lints.ts', '../disclosure/lint.ts'),
  ...imports('only-operators-lint', 'src/config/zz-lints.ts', '../disclosure/rule.ts'),
  ...imports('only-the-linter-goes-over-limits', 'src/cli/zz-over.ts', '../disclosure/compile-over-limits.ts'),
  ...imports('only-the-linter-goes-over-limits', 'src/config/zz-over.ts', '../disclosure/compile-over-limits.ts'),
  ...imports('only-operators-make-up', 'src/data-plane/3-fetch/zz-makes-up.ts', '../../synthetic/draw-record.ts'),
  ...imports('only-operators-make-up', 'src/plan/zz-makes-up.ts', '../synthetic/draw-record.ts'),
  ...imports('tokens-take-ports', 'src/authorization-server/zz-store.ts', '../store/one-use-ids.ts'),
  ...imports('tokens-take-ports', 'src/authorization-server/zz-stage.ts', '../data-plane/1-identify/identify.ts'),
  ...imports(
    'only-compose-issues-tokens',
    'src/data-plane/1-identify/zz-issues.ts',
    '../../authorization-server/clients.ts',
  ),
  ...imports('only-compose-issues-tokens', 'src/cli/zz-issues.ts', '../authorization-server/clients.ts'),
  ...imports('transparency-stands-alone', 'src/transparency/zz-words.ts', '../domain/clock.ts'),
  ...imports('witness-takes-ports', 'src/witness/zz-store.ts', '../store/ledger.ts'),
  ...imports('witness-takes-ports', 'src/witness/zz-config.ts', '../config/env.ts'),
  ...imports('transparency-stands-alone', 'src/transparency/zz-ledger.ts', '../ledger/export-format.ts'),
  ...imports('auditor-stands-alone', 'src/auditor/zz-words.ts', '../domain/canonical-json.ts'),
  ...imports('auditor-stands-alone', 'src/auditor/zz-writes.ts', '../ledger/export-format.ts'),
  ...imports('client-stands-alone', 'src/client/zz-keys.ts', '../keys/commitment.ts'),
  ...imports('client-stands-alone', 'src/client/zz-headers.ts', '../http/headers.ts'),
  ...imports('client-stands-alone', 'src/client/zz-vitest.ts', 'vitest'),
  ...imports('publisher-takes-ports', 'src/publisher/zz-store.ts', '../store/log-source.ts'),
  ...imports('publisher-takes-ports', 'src/publisher/zz-telemetry.ts', '../telemetry/log.ts'),
  ...imports('only-operators-publish', 'src/data-plane/7-record/zz-publishes.ts', '../../publisher/origin.ts'),
  ...imports('only-operators-publish', 'src/store/zz-publishes.ts', '../publisher/origin.ts'),
  ...imports('product-never-imports-trial', 'src/cli/zz-trial.ts', '../trial/certificates.ts'),
  ...imports('nobody-imports-docs', 'src/cli/zz-docs.ts', '../docs/pages.ts'),
  ...imports('nobody-imports-main', 'src/cli/zz-main.ts', '../main.ts'),
  ...imports('src-never-imports-test', 'src/trial/zz-test.ts', '../../test/zz-support.ts'),
  ...imports('door-pg', 'src/http/zz-pg.ts', 'pg'),
  ...imports('door-pglite', 'src/trial/zz-pglite.ts', '@electric-sql/pglite'),
  ...imports('door-jose', 'src/data-plane/6-seal/zz-jose.ts', 'jose'),
  ...imports('door-noble', 'src/treatment/zz-noble.ts', '@noble/ciphers/aes.js'),
  ...imports('door-ajv', 'src/contract/zz-ajv.ts', 'ajv'),
  ...imports('door-ajv', 'src/plan/zz-ajv-formats.ts', 'ajv-formats'),
  ...imports('door-typebox', 'src/ledger/zz-typebox.ts', '@sinclair/typebox'),
  ...imports('door-undici', 'src/data-plane/2-authorize/zz-undici.ts', 'undici'),
  ...imports('door-prom-client', 'src/store/zz-prom.ts', 'prom-client'),
  ...imports('door-koa', 'src/data-plane/1-identify/zz-koa.ts', 'koa'),
  ...imports('door-koa', 'src/control-plane/audit/zz-router.ts', '@koa/router'),
  ...imports('door-oidc-provider', 'src/http/zz-oidc.ts', 'oidc-provider'),
  ...imports('door-koa', 'src/authorization-server/zz-koa.ts', 'koa'),
  ...imports('door-node-forge', 'src/http/zz-forge.ts', 'node-forge'),
];

function eggOf(chicken: string): string {
  return basename(chicken, '.ts').replace('chicken', 'egg');
}

/** Files that break nothing by themselves. */
const SUPPORT = [
  { file: 'test/zz-support.ts', text: 'export const support = 1;\n' },
  ...BREAKS.filter(({ rule }) => rule === 'no-cycles').map(({ file }) => ({
    file: join(dirname(file), `${eggOf(file)}.ts`),
    text: `import type * as chicken from './${basename(file)}';\nexport type Egg = typeof chicken;\n`,
  })),
];

/** In each way that there is to depend on something, a type alone included. */
function imports(rule: string, file: string, specifier: string): readonly Break[] {
  const ways = {
    '': `import * as used from '${specifier}';\nexport const use = used;\n`,
    '-type': `import type * as used from '${specifier}';\nexport type Use = typeof used;\n`,
    '-lazy': `export const use = async () => await import('${specifier}');\n`,
    '-passed': `export * from '${specifier}';\n`,
  };
  return Object.entries(ways).map(([way, text]) => ({ rule, text, file: file.replace(/\.ts$/, `${way}.ts`) }));
}

describe('the direction of dependence', () => {
  it('is kept in src', () => {
    const result = cruise('.');
    expect(result.summary.violations).toEqual([]);
    // Every source file was looked at: a cruise of nothing breaks no rule either.
    const files = readdirSync('src', { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ts'));
    expect(files.length).toBeGreaterThan(100);
    expect(new Set(ownModules(result).map(({ source }) => source))).toEqual(new Set(files.map((f) => `src/${f}`)));
  });
});

describe('every rule of dependence', () => {
  let folder: string;
  let broken: Cruise;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'shuqiao-broken-'));
    for (const name of ['src', CONFIG, 'tsconfig.json', 'package.json'])
      cpSync(name, join(folder, name), { recursive: true });
    symlinkSync(resolve('node_modules'), join(folder, 'node_modules'));
    for (const { file, text } of [...BREAKS, ...SUPPORT]) {
      mkdirSync(dirname(join(folder, file)), { recursive: true });
      writeFileSync(join(folder, file), text);
    }
    broken = cruise(folder);
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('has an example here that breaks it', () => {
    expect(new Set(BREAKS.map(({ rule }) => rule))).toEqual(new Set(rules));
  });

  it.each(rules)('%s reports each of its examples', (rule) => {
    const reported = broken.summary.violations.filter((violation) => violation.rule.name === rule);
    const expected = BREAKS.filter((example) => example.rule === rule).map(({ file }) => file);
    expect(expected.filter((file) => !reported.some(({ from }) => from === file))).toEqual([]);
  });

  it('reports nothing but the examples', () => {
    const planted = new Set(BREAKS.map(({ file }) => file));
    expect(broken.summary.violations.filter(({ from }) => !planted.has(from))).toEqual([]);
  });
});
