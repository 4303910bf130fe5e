import type { Checkpoint } from '../transparency/checkpoint.ts';
import { type Hash, leafHash } from '../transparency/hashes.ts';
import { verifyConsistency, verifyInclusion } from '../transparency/verify-proof.ts';
import { type Belief, believeCheckpoint } from './believe-checkpoint.ts';
import type { Expectations, Pinned } from './expectations.ts';
import type { ProvenEntry } from './export-line.ts';
import { hexOf } from './hex.ts';
import { readCanonical } from './read-canonical.ts';
import { type PruneRecord, pruneRecordOf } from './register.ts';
import type { Head } from './retrace.ts';
import type { Entries } from './take-entries.ts';
import type { Breach, Verification, VerifiedCheckpoint } from './verification.ts';

/** What a log says of itself at its end. */
export interface Claim {
  readonly size: number;
  readonly root: string | undefined;
  readonly chain: string | undefined;
  readonly note: string | undefined;
  /** That the checkpoint goes on from the last entry. */
  readonly proof: readonly Hash[] | undefined;
  /** The entry that says what was pruned, where it was not read. */
  readonly record: ProvenEntry | undefined;
}

export interface Evidence {
  readonly entries: Entries;
  /** How many entries it says were pruned. */
  readonly pruned: number | undefined;
  /** Undefined if it does not say. */
  readonly claim: Claim | undefined;
  /** Whether it goes to where the log ended when it was made. */
  readonly isWhole: boolean;
}

/** What stands in the way of `verified`; nothing of it and something to compare with is verified. */
type Finding =
  | ({ readonly kind: 'breach' } & Breach)
  | { readonly kind: 'missing' | 'unanchored'; readonly what: string };

/** One comparison: what it found, and up to which size the log is now known to be as it was. */
interface Compared {
  readonly finding?: Finding | undefined;
  readonly anchored?: number;
}

const breach = (index: number, reason: string): Compared => ({ finding: { kind: 'breach', index, reason } });
const missing = (what: string): Compared => ({ finding: { kind: 'missing', what } });
const unanchored = (what: string): Compared => ({ finding: { kind: 'unanchored', what } });

/** The entries hold together; whether they are all there is, and were always so, is for what is known from elsewhere to say. */
export function judge(evidence: Evidence, expected: Expectations): Verification {
  const { claim } = evidence;
  const belief = claim?.note === undefined ? undefined : believeCheckpoint(claim.note, expected.policy);
  const kept = expected.since === undefined ? undefined : believeCheckpoint(expected.since, expected.policy);
  const compared = [
    withClaim(evidence),
    withPinned(evidence, expected.pinned),
    withKept(evidence, kept),
    withReceipts(evidence, expected),
    withCheckpoint(evidence, belief),
  ];
  const anchored = Math.max(...compared.map((one) => one.anchored ?? 0));
  const findings = [
    ...compared,
    withPruning(evidence, { anchored, kept, belief }),
    withTrust(evidence, { expected, belief, anchored }),
  ].flatMap(({ finding }) => finding ?? []);
  return {
    ...verdictOf(findings),
    ...standing(evidence.entries),
    anchored,
    ...believed(claim?.note, belief),
    ...prunedOf(evidence, belief),
  };
}

/** How far a log was read. */
export function standing({
  from,
  log,
  register,
}: Entries): Pick<Verification, 'from' | 'size' | 'root' | 'chain' | 'kinds'> {
  const { size, root, chain } = log.head();
  return { from, size, root, chain: chain ?? '', kinds: register.kinds() };
}

function verdictOf(findings: readonly Finding[]): Pick<Verification, 'verdict' | 'breach' | 'missing'> {
  const [first] = findings
    .flatMap((finding) => (finding.kind === 'breach' ? [{ index: finding.index, reason: finding.reason }] : []))
    .sort((one, other) => one.index - other.index);
  if (first !== undefined) return { verdict: 'tampered', breach: first };
  for (const kind of ['missing', 'unanchored'] as const) {
    const found = findings.find((finding) => finding.kind === kind);
    if (found !== undefined && found.kind !== 'breach')
      return { verdict: kind === 'missing' ? 'incomplete' : 'consistent', missing: found.what };
  }
  return { verdict: 'verified' };
}

function withClaim({ entries: { from, log }, claim }: Evidence): Compared {
  if (claim === undefined) return missing('the closing line of the export');
  const { size, root, chain } = log.head();
  if (claim.size !== size) return breach(size, `the head counts ${claim.size} entries, but ${size} are there`);
  if (claim.chain !== undefined && claim.chain !== chain) return breach(size, 'the head does not end the chain');
  if (claim.root !== undefined && claim.root !== root)
    return breach(size, 'the head has another root than the entries');
  // A log without entries proves nothing, and is what a deleted one looks like.
  return size === from ? missing(from === 0 ? 'any entry' : `any entry from index ${from} on`) : {};
}

function withPinned({ entries: { from, log }, claim }: Evidence, pinned: Pinned | undefined): Compared {
  if (pinned === undefined) return {};
  const at = log.at(pinned.size);
  if (at === undefined && pinned.size < from)
    return missing(`what was before index ${from}, where the head was pinned`);
  if (at === undefined && claim?.proof !== undefined) return missing(`what was up to index ${pinned.size}`);
  if (at === undefined) return breach(log.size, `entries are gone: ${pinned.size} were there when the head was pinned`);
  return [at.root, at.chain].includes(pinned.hash)
    ? { anchored: pinned.size }
    : breach(pinned.size, 'an entry before the pinned head was changed');
}

function withKept({ entries: { from, log }, claim }: Evidence, kept: Belief | undefined): Compared {
  if (kept === undefined) return {};
  if (kept.kind !== 'signed') return missing('a kept checkpoint that a log of the trust policy signed');
  const { size, root } = kept.checkpoint;
  const at = log.at(size);
  if (at === undefined && size < from)
    return missing(`what was between the kept checkpoint of ${size} entries and index ${from}`);
  if (at === undefined && claim?.proof !== undefined)
    return missing(`what was up to the kept checkpoint of ${size} entries`);
  if (at === undefined) return breach(log.size, `entries are gone: the kept checkpoint counts ${size}`);
  return at.root === hexOf(root)
    ? { anchored: size }
    : breach(size, 'the log does not go on from the kept checkpoint: an entry before it was changed');
}

function withReceipts(
  { entries: { from, log, leaves }, isWhole }: Evidence,
  { receipts = [] }: Expectations,
): Compared {
  for (const { index, leaf } of receipts) {
    if (leaves.has(index) && leaves.get(index) !== leaf)
      return breach(index, 'another entry stands where a receipt was given for one');
    if (isWhole && index >= log.size)
      return breach(log.size, `an entry is gone: a receipt was given for index ${index}`);
  }
  const open = receipts.find(({ index }) => !leaves.has(index));
  if (open === undefined) return {};
  return missing(
    open.index < from ? `entry ${open.index}, before what was read` : `entry ${open.index}, after what was read`,
  );
}

function withCheckpoint({ entries, claim }: Evidence, belief: Belief | undefined): Compared {
  const { log } = entries;
  if (belief === undefined) return {};
  if (belief.kind === 'malformed') return missing('a checkpoint that can be read');
  const { size, root } = belief.checkpoint;
  if (belief.kind === 'forged')
    return breach(size, 'the checkpoint has a signature in the name of a key that did not sign it');
  const satisfied = belief.kind === 'signed' && belief.satisfied;
  if (claim?.proof !== undefined) {
    if (!goesOn(log.head(), { to: size, toRoot: root, proof: claim.proof }))
      return breach(log.size, 'the checkpoint does not go on from the last entry');
    return satisfied ? { anchored: log.size } : {};
  }
  const at = log.at(size);
  if (at === undefined) return notPassed(size, entries);
  if (at.root !== hexOf(root)) return breach(size, 'the checkpoint has another root than the entries');
  return satisfied ? { anchored: size } : {};
}

/** Of a checkpoint at a size that the log did not have while it was read. */
function notPassed(size: number, { from, log }: Entries): Compared {
  if (size < from) return missing(`a checkpoint that covers index ${from}`);
  return size > log.size
    ? breach(log.size, `entries are gone: the checkpoint counts ${size}`)
    : missing('the checkpoint that the opening line names');
}

function goesOn(
  { size, root }: Head,
  later: { readonly to: number; readonly toRoot: Hash; readonly proof: readonly Hash[] },
): boolean {
  return size > 0 && verifyConsistency({ from: size, fromRoot: Buffer.from(root, 'hex'), ...later });
}

interface Known {
  readonly anchored: number;
  readonly kept: Belief | undefined;
  readonly belief: Belief | undefined;
}

/** Entries that are not there are a hole, unless an entry that stays says who had them taken out. */
function withPruning(evidence: Evidence, known: Known): Compared {
  const { entries, pruned } = evidence;
  const { from } = entries;
  if (from === 0) return {};
  if (pruned !== undefined) return withRecord(evidence, known);
  // Who kept a checkpoint verified what was before it.
  const { kept } = known;
  const isKnown = kept?.kind === 'signed' && kept.checkpoint.size >= from;
  return isKnown ? {} : missing(`the entries before index ${from}, or the checkpoint with which they were verified`);
}

function withRecord(evidence: Evidence, { anchored, belief }: Known): Compared {
  const { entries, claim } = evidence;
  const { from, log } = entries;
  const record = recordIn(evidence, belief);
  if (record === undefined)
    return breach(
      0,
      `the first ${from} entries are not there, and no entry says that they were pruned, why and by whom`,
    );
  if (record.root !== log.at(from)?.root) return breach(0, `entry ${record.by} says that other entries were pruned`);
  // Past what was read it is under the same checkpoint, or it would be no record.
  const covered = claim?.record === undefined ? anchored : anchored > 0 ? record.by + 1 : 0;
  return record.by < covered ? {} : unanchored(`anything that covers entry ${record.by}, which records the pruning`);
}

/** What says that the entries before the first were pruned: one that was read, or one that the checkpoint proves. */
function recordIn({ entries, claim }: Evidence, belief: Belief | undefined): PruneRecord | undefined {
  if (claim?.record === undefined) return entries.register.pruneRecord();
  if (belief === undefined || belief.kind === 'malformed') return undefined;
  const { index, entry: text, proof } = claim.record;
  const { size, root } = belief.checkpoint;
  const isThere = verifyInclusion({ index, size, leaf: leafHash(Buffer.from(text, 'utf8')), root, proof });
  const entry = isThere ? readCanonical(text) : undefined;
  return entry && pruneRecordOf(entry, { by: index, to: entries.from });
}

interface Trust {
  readonly expected: Expectations;
  readonly belief: Belief | undefined;
  readonly anchored: number;
}

/** Whether there is something outside that says so, and of how much. */
function withTrust({ entries: { log } }: Evidence, { expected, belief, anchored }: Trust): Compared {
  if (expected.policy === undefined)
    return anchored > 0 ? {} : unanchored('anything from elsewhere to compare with: a trust policy or a pinned head');
  if (belief?.kind !== 'signed') return unanchored('a checkpoint that a log of the trust policy signed');
  if (!belief.satisfied) return unanchored('cosignatures of as many witnesses as the trust policy asks for');
  if (isOfAnotherLog(belief.checkpoint, expected)) return unanchored('a checkpoint of the log of the kept one');
  return anchored >= log.size ? {} : unanchored(`a checkpoint that covers the entries from index ${anchored} on`);
}

function isOfAnotherLog({ origin }: Checkpoint, { since, policy }: Expectations): boolean {
  const kept = since === undefined ? undefined : believeCheckpoint(since, policy);
  return kept?.kind === 'signed' && kept.checkpoint.origin !== origin;
}

function believed(note: string | undefined, belief: Belief | undefined): { readonly checkpoint?: VerifiedCheckpoint } {
  if (note === undefined || belief?.kind !== 'signed') return {};
  const { checkpoint, cosignedBy } = belief;
  return { checkpoint: { origin: checkpoint.origin, size: checkpoint.size, cosignedBy, note } };
}

function prunedOf(evidence: Evidence, belief: Belief | undefined): Pick<Verification, 'pruned'> {
  const { pruned } = evidence;
  const record = recordIn(evidence, belief);
  return pruned === undefined || record === undefined ? {} : { pruned: { to: pruned, by: record.by } };
}
