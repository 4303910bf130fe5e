import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadPolicies } from '../policy/load-policies.ts';
import { makeDevelopmentCertificates } from './certificates.ts';
import { generateRegisters, type Registers } from './data/registers.ts';
import { type SourceServer, startSourceServer } from './source-server.ts';

export interface Surroundings {
  readonly registers: Registers;
  readonly sources: ReadonlyMap<string, SourceServer>;
  /** The environment in which a gateway finds all of it. */
  readonly environment: Readonly<Record<string, string>>;
  close(): Promise<void>;
}

export interface SurroundingsOptions {
  readonly certsDir: string;
  /** Where the file that says where the sources are is written. */
  readonly stateDir: string;
  readonly policiesDir: string;
}

/** What a gateway needs around it on a laptop: certificates, keys and the example source departments. */
export async function startSurroundings({
  certsDir,
  stateDir,
  policiesDir,
}: SurroundingsOptions): Promise<Surroundings> {
  const registers = generateRegisters();
  const systems = [...loadPolicies(policiesDir).policies.systems.values()];
  makeDevelopmentCertificates(certsDir, { systems, sources: registers.registers.map(({ source }) => source) });
  const sources = new Map<string, SourceServer>();
  for (const register of registers.registers) sources.set(register.source, await startSourceServer(register, certsDir));
  const sourcesFile = writeSourcesFile({ certsDir, stateDir }, sources);
  return {
    registers,
    sources,
    environment: {
      SHUQIAO_ENVIRONMENT: 'development',
      SHUQIAO_TLS_CERT_FILE: join(certsDir, 'gateway.pem'),
      SHUQIAO_TLS_KEY_FILE: join(certsDir, 'gateway.key.pem'),
      SHUQIAO_CLIENT_CA_DIR: join(certsDir, 'client-cas'),
      SHUQIAO_KEY_ENCRYPTION_KEY_FILE: join(certsDir, 'key-encryption.key'),
      SHUQIAO_SOURCES_FILE: sourcesFile,
      SHUQIAO_EMBEDDED_DATABASE_DIR: join(stateDir, 'database'),
      SHUQIAO_POLICIES_DIR: policiesDir,
    },
    close: async () => {
      await Promise.all([...sources.values()].map(async (source) => await source.close()));
    },
  };
}

function writeSourcesFile(
  { certsDir, stateDir }: Omit<SurroundingsOptions, 'policiesDir'>,
  sources: ReadonlyMap<string, SourceServer>,
): string {
  const file = join(stateDir, 'sources.json');
  const tls = {
    caFile: join(certsDir, 'ca.pem'),
    certFile: join(certsDir, 'gateway.pem'),
    keyFile: join(certsDir, 'gateway.key.pem'),
  };
  mkdirSync(stateDir, { recursive: true });
  writeFileSync(
    file,
    JSON.stringify(
      { sources: Object.fromEntries([...sources].map(([id, { origin }]) => [id, { origin, ...tls }])) },
      null,
      2,
    ),
  );
  return file;
}
