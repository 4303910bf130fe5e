import { readFileSync } from 'node:fs';

export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The only place that reads the environment. A variable `X_FILE` gives `X` from a file, for secrets that an orchestrator
 * mounts. One that is empty is not set: an empty DATABASE_URL would be whatever PostgreSQL is the machine's own.
 */
export function readEnvironment(): Environment {
  const environment: Record<string, string | undefined> = Object.fromEntries(
    Object.entries(process.env).filter(([, value]) => value !== ''),
  );
  for (const name of ['DATABASE_URL', 'SHUQIAO_SUBJECT_KEYS_URL']) {
    const file = environment[`${name}_FILE`];
    if (file !== undefined && environment[name] === undefined) environment[name] = readFileSync(file, 'utf8').trim();
  }
  return environment;
}
