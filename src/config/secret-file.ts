import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import type { Clock } from '../domain/clock.ts';
import type { Secret } from '../domain/source-settings.ts';

/** How old what was read may be before the file is read again. */
const REREAD_MS = 5_000;

/** The secret in a text, or undefined if it has not the form of one. */
export type SecretForm<T> = (text: string) => T | undefined;

/**
 * A secret that follows its file; a file that cannot be read, or holds no such secret, changes nothing. Read as a whole:
 * a time of change is no proof of it. Undefined if there is none to begin with.
 */
export function openSecretFile<T>(file: string, form: SecretForm<T>, clock: Clock): Secret<T> | undefined {
  const first = attempt(() => readFileSync(file, 'utf8'), form);
  if (first === undefined) return undefined;
  let latest = first;
  let readAt = clock.now();
  return {
    current: async () => {
      // Either way: a clock that was set back must not keep an old secret.
      if (Math.abs(clock.now() - readAt) >= REREAD_MS) {
        readAt = clock.now();
        const text = await readFile(file, 'utf8').catch(() => '');
        latest = form(text.trim()) ?? latest;
      }
      return latest;
    },
  };
}

function attempt<T>(read: () => string, form: SecretForm<T>): T | undefined {
  try {
    return form(read().trim());
  } catch {
    return undefined;
  }
}
