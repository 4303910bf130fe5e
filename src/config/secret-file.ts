import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import type { Clock } from '../domain/clock.ts';
import type { Secret } from '../domain/source-settings.ts';
import { rereading } from './rereading.ts';

/** The secret in a text, or undefined if it has not the form of one. */
export type SecretForm<T> = (text: string) => T | undefined;

/**
 * A secret that follows its file; a file that cannot be read, or holds no such secret, changes nothing. Undefined if there is none to begin with.
 */
export function openSecretFile<T>(file: string, form: SecretForm<T>, clock: Clock): Secret<T> | undefined {
  const first = attempt(() => readFileSync(file, 'utf8'), form);
  if (first === undefined) return undefined;
  const read = async (latest: T): Promise<T> => form((await readFile(file, 'utf8').catch(() => '')).trim()) ?? latest;
  return rereading(first, read, clock);
}

function attempt<T>(read: () => string, form: SecretForm<T>): T | undefined {
  try {
    return form(read().trim());
  } catch {
    return undefined;
  }
}
