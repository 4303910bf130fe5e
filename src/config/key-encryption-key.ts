import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { FaultsError } from '../domain/fault.ts';
import type { KeyWrapper } from '../domain/key-ring.ts';
import { parseStrictJson } from '../domain/strict-json.ts';
import { type SoftwareCustody, softwareCustody } from '../keys/key-custody.ts';
import { softwareWrapper } from '../keys/key-wrapper.ts';
import type { Environment } from './env.ts';

/** Where the key-encryption key is: exactly one of the two. */
export interface KeyEncryptionKeySource {
  readonly file: string | undefined;
  readonly command: string | undefined;
}

/** The present one, and the one before it while the ring is rewrapped. */
export interface KeyEncryptionKeySources {
  readonly current: KeyEncryptionKeySource;
  readonly previous: KeyEncryptionKeySource;
}

const VARIABLE = 'SHUQIAO_KEY_ENCRYPTION_KEY';
const PREVIOUS = 'SHUQIAO_PREVIOUS_KEY_ENCRYPTION_KEY';
const KEY = /^[0-9a-f]{64}\s*$/i;
const COMMAND_TIMEOUT_MS = 10_000;
/** The key and a line end; a command that says more says something else. */
const MAX_OUTPUT_BYTES = 256;

export function keyEncryptionKeySources(environment: Environment): KeyEncryptionKeySources {
  const source = (name: string): KeyEncryptionKeySource => ({
    file: environment[`${name}_FILE`],
    command: environment[`${name}_COMMAND`],
  });
  return { current: source(VARIABLE), previous: source(PREVIOUS) };
}

/**
 * What decrypts the key ring with the key-encryption key that the environment names. A KMS or an HSM has its place here:
 * another KeyWrapper, or another KeyCustody.
 * @throws FaultsError
 */
export function readKeyCustody({ current, previous }: KeyEncryptionKeySources): SoftwareCustody {
  const wrapper = wrapperOf(current, VARIABLE);
  if (wrapper === undefined)
    throw unusable(VARIABLE, 'it is not set', `Set ${VARIABLE}_FILE or ${VARIABLE}_COMMAND; README.md, “Keys”.`);
  const before = wrapperOf(previous, PREVIOUS);
  return softwareCustody(wrapper, before === undefined ? [] : [before]);
}

function wrapperOf({ file, command }: KeyEncryptionKeySource, variable: string): KeyWrapper | undefined {
  if (file !== undefined && command !== undefined)
    throw unusable(variable, 'both a file and a command are set', 'Set one of them.');
  if (file === undefined && command === undefined) return undefined;
  const text = file === undefined ? outputOf(command ?? '', `${variable}_COMMAND`) : contentOf(file);
  if (!KEY.test(text))
    throw unusable(
      file ?? `${variable}_COMMAND`,
      'this is no key-encryption key',
      'It is 32 random bytes as 64 hexadecimal digits.',
    );
  return softwareWrapper(Buffer.from(text.trim(), 'hex'));
}

function contentOf(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    throw unusable(file, 'the file cannot be read', 'Check the path and its permissions.');
  }
}

/** Program and arguments as they are: no shell reads them. */
function outputOf(command: string, variable: string): string {
  const [program, ...args] = wordsOf(command, variable);
  if (program === undefined) throw unusable(variable, 'it names no program', 'Set it to a JSON array of texts.');
  const { status, stdout } = spawnSync(program, args, {
    shell: false,
    timeout: COMMAND_TIMEOUT_MS,
    killSignal: 'SIGKILL',
    maxBuffer: MAX_OUTPUT_BYTES,
    stdio: ['ignore', 'pipe', 'ignore'],
    encoding: 'utf8',
  });
  if (status !== 0)
    throw unusable(
      variable,
      'the command did not give a key',
      'Run it by hand: it prints 64 digits, and exits 0, within ten seconds.',
    );
  return stdout;
}

function wordsOf(command: string, variable: string): readonly string[] {
  const remedy = 'Set it to a JSON array of texts: ["/usr/bin/program","argument"].';
  let words: unknown;
  try {
    words = parseStrictJson(Buffer.from(command));
  } catch {
    throw unusable(variable, 'it is no JSON', remedy);
  }
  if (!Array.isArray(words)) throw unusable(variable, 'it is no array', remedy);
  return words.map((word: unknown) => {
    if (typeof word !== 'string') throw unusable(variable, 'a word of it is no text', remedy);
    return word;
  });
}

function unusable(file: string, message: string, remedy: string): FaultsError {
  return new FaultsError([{ file, pointer: '', message, remedy }]);
}
