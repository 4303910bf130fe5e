import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { parseStrictJson } from '../../src/domain/strict-json.ts';
import { jwkOf, publicJwkOf } from '../../src/keys/jwk.ts';
import { thumbprintOf } from '../../src/keys/thumbprint.ts';
import { loadPolicies } from '../../src/policy/load-policies.ts';
import { migrate } from '../../src/store/migrate.ts';
import { withOwner } from '../../src/store/open-databases.ts';
import { makeDevelopmentCertificates } from '../../src/trial/certificates.ts';
import { generateRegisters } from '../../src/trial/data/registers.ts';
import { startPostgres } from './postgres-server.ts';

declare module 'vitest' {
  interface ProvidedContext {
    readonly postgresUrl: string;
    readonly certsDir: string;
  }
}

/** One PostgreSQL and one set of certificates for the whole run; every test file clones its own database. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const certsDir = mkdtempSync(join(tmpdir(), 'shuqiao-certs-'));
  const systems = [...loadPolicies('policies').policies.systems.values()];
  const sources = generateRegisters().registers.map(({ source }) => source);
  // For years before and after: some tests set the clock of the gateway to a day of their own.
  const lasting = { from: Date.parse('2025-01-01T00:00:00Z'), days: 3650 };
  makeDevelopmentCertificates(certsDir, { systems, sources }, lasting);
  const publicJwk = publicJwkOf(jwkOf(parseStrictJson(readFileSync(join(certsDir, 'gateway.signing.jwk.json')))) ?? {});
  const published = { ...publicJwk, kid: thumbprintOf(publicJwk), alg: 'ES256', use: 'sig' };
  writeFileSync(join(certsDir, 'gateway.jwks.json'), JSON.stringify({ keys: [published] }));
  const postgres = await startPostgres(['-c fsync=off']);
  await withOwner(postgres.url, async (owner) => await owner.query('create database shuqiao_template'));
  await withOwner(databaseUrl(postgres.url, 'shuqiao_template'), migrate);
  project.provide('postgresUrl', postgres.url);
  project.provide('certsDir', certsDir);
  return async () => {
    await postgres.stop();
    rmSync(certsDir, { recursive: true, force: true });
  };
}

function databaseUrl(url: string, name: string): string {
  return Object.assign(new URL(url), { pathname: `/${name}` }).href;
}
