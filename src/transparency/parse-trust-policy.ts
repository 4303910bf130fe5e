import { parseDecimal } from './decimal.ts';
import { NoteError } from './note-error.ts';
import { type NoteKeyKind, type NoteVerifier, parseVerifierKey } from './note-keys.ts';
import { isNoteLine } from './note-line.ts';
import type { Quorum, TrustedLog, TrustedWitness, TrustPolicy } from './trust-policy.ts';

/** A line that is not understood, or not allowed where it stands. */
export class TrustPolicyError extends Error {
  override readonly name = 'TrustPolicyError';
  /** From 1; 0 for the file as a whole. */
  readonly line: number;

  constructor(line: number, message: string) {
    super(line === 0 ? message : `line ${line}: ${message}`);
    this.line = line;
  }
}

const NONE = 'none';

interface Draft {
  readonly logs: TrustedLog[];
  readonly witnesses: TrustedWitness[];
  /** Witnesses and groups, which share their names. */
  readonly named: Map<string, Quorum>;
  readonly members: Set<string>;
  readonly keys: Set<string>;
  quorum: Quorum | undefined;
}

type Statement = (draft: Draft, words: readonly string[]) => void;

const STATEMENTS: ReadonlyMap<string, Statement> = new Map([
  ['log', addLog],
  ['witness', addWitness],
  ['group', addGroup],
  ['quorum', setQuorum],
]);

/**
 * A tlog-policy file (C2SP tlog-policy). A log has a key of type 0x01, a witness one of 0x04; one public key stands once,
 * whatever its name, also not as a log and a witness: a log is no witness to itself.
 * @throws TrustPolicyError at the first line that is not understood
 */
export function parseTrustPolicy(text: string): TrustPolicy {
  // Cut off anywhere else, a file can still be understood, as one that asks for less.
  if (!text.endsWith('\n')) throw new TrustPolicyError(0, 'the last line does not end in a newline');
  const draft: Draft = {
    logs: [],
    witnesses: [],
    named: new Map(),
    members: new Set(),
    keys: new Set(),
    quorum: undefined,
  };
  for (const [at, line] of text.slice(0, -1).split('\n').entries()) {
    try {
      readLine(draft, line);
    } catch (error) {
      throw error instanceof Refusal || error instanceof NoteError
        ? new TrustPolicyError(at + 1, error.message)
        : error;
    }
  }
  const { logs, witnesses, quorum } = draft;
  if (quorum === undefined) throw new TrustPolicyError(0, 'there is no quorum line');
  return { logs, witnesses, quorum };
}

/** Within a line, whose number is added outside. */
class Refusal extends Error {}

function readLine(draft: Draft, line: string): void {
  // U+FFFD is what a reader makes of bytes that are no UTF-8; two names would become one.
  if (!isNoteLine(line.replaceAll('\t', '')) || /[\u007f\ufffd]/.test(line))
    throw new Refusal('it has a character that is not allowed');
  const [word, ...words] = line.split(/[ \t]+/).filter((item) => item !== '');
  if (word === undefined || word.startsWith('#')) return;
  const statement = STATEMENTS.get(word);
  if (statement === undefined) throw new Refusal('it begins with none of log, witness, group and quorum');
  statement(draft, words);
}

function addLog(draft: Draft, [vkey, url, ...rest]: readonly string[]): void {
  if (vkey === undefined || rest.length > 0) throw new Refusal('this is not “log <vkey> [<url>]”');
  draft.logs.push({ verifier: newKey(draft, vkey, 'ed25519'), url });
}

function addWitness(draft: Draft, [name, vkey, url, ...rest]: readonly string[]): void {
  if (name === undefined || vkey === undefined || rest.length > 0)
    throw new Refusal('this is not “witness <name> <vkey> [<url>]”');
  addName(draft, name, name);
  draft.witnesses.push({ name, verifier: newKey(draft, vkey, 'cosignature/v1'), url });
}

function addGroup(draft: Draft, [name, count, ...members]: readonly string[]): void {
  if (name === undefined || count === undefined || members.length === 0)
    throw new Refusal('this is not “group <name> all|any|<k> <name>…”');
  const threshold = thresholdOf(count, members.length);
  const group = { threshold, members: members.map((member) => newMember(draft, member)) };
  addName(draft, name, group);
}

function setQuorum(draft: Draft, [name, ...rest]: readonly string[]): void {
  if (name === undefined || rest.length > 0) throw new Refusal('this is not “quorum <name>”');
  if (draft.quorum !== undefined) throw new Refusal('there is a quorum line already');
  draft.quorum = name === NONE ? { threshold: 0, members: [] } : quorumOf(draft, name);
}

function addName({ named }: Draft, name: string, quorum: Quorum): void {
  if (name === NONE || named.has(name)) throw new Refusal('the name is taken');
  named.set(name, quorum);
}

function newMember(draft: Draft, name: string): Quorum {
  const quorum = quorumOf(draft, name);
  if (draft.members.has(name)) throw new Refusal('a member is one of a group already');
  draft.members.add(name);
  return quorum;
}

function quorumOf({ named }: Draft, name: string): Quorum {
  const quorum = named.get(name);
  if (quorum === undefined) throw new Refusal('it names what no line before it defines');
  return quorum;
}

function newKey({ keys }: Draft, vkey: string, kind: NoteKeyKind): NoteVerifier {
  const verifier = parseVerifierKey(vkey);
  if (verifier.kind !== kind) throw new Refusal(`the key is not of the kind ${kind}`);
  if (keys.has(verifier.publicKey)) throw new Refusal('the public key is there already');
  keys.add(verifier.publicKey);
  return verifier;
}

function thresholdOf(count: string, members: number): number {
  if (count === 'all') return members;
  if (count === 'any') return 1;
  const threshold = parseDecimal(count);
  if (threshold === undefined || threshold < 1 || threshold > members)
    throw new Refusal('the threshold is not all, any, or 1 up to the number of members');
  return threshold;
}
