import type { Expectations } from '../auditor/expectations.ts';
import type { Verification, VerifiedCheckpoint } from '../auditor/verification.ts';
import type { ReceiptVerification } from '../auditor/verify-receipt.ts';

/** A verification for people to read. */
export function describeVerification(told: Verification, { pinned }: Expectations): string {
  const { verdict, breach, missing, size, from, anchored } = told;
  if (breach !== undefined) return `TAMPERED at index ${breach.index}: ${breach.reason}.\n`;
  const read = `${size - from} entries were read and hold together`;
  if (verdict === 'incomplete') return `INCOMPLETE: ${missing ?? 'something'} is missing; ${read}.\n`;
  const head = `head ${size}:${told.chain || told.root}, root ${told.root}\n`;
  const further = [...checkpointLines(told.checkpoint), ...eventLines(told)].map((line) => `${line}\n`).join('');
  if (verdict === 'consistent') {
    const upTo = anchored === 0 ? 'none of them is' : `the first ${anchored} of the log are`;
    return `CONSISTENT, NOT ANCHORED: ${read}, ${head}${missing ?? 'Something'} is missing; ${upTo} compared with something from elsewhere: who can write all of the log could have made the rest.\n${further}`;
  }
  const continued = pinned === undefined ? '' : `It continues the pinned head ${pinned.size}:${pinned.hash}.\n`;
  const beyond =
    anchored < size
      ? `What came after it, from index ${anchored} on, holds together and nothing more is known of it.\n`
      : '';
  return `VERIFIED: ${size} entries, ${head}${continued}${beyond}${further}`;
}

export function describeReceipt({ verdict, index, breach, missing, checkpoint }: ReceiptVerification): string {
  const lines = checkpointLines(checkpoint).map((line) => `${line}\n`);
  if (breach !== undefined) return `TAMPERED at index ${index}: ${breach.reason}.\n`;
  if (verdict === 'verified') return `VERIFIED: the entry stands at index ${index}.\n${lines.join('')}`;
  const word = verdict === 'consistent' ? 'CONSISTENT, NOT ANCHORED' : 'INCOMPLETE';
  return `${word}: ${missing ?? 'something'} is missing.\n${lines.join('')}`;
}

function checkpointLines(checkpoint: VerifiedCheckpoint | undefined): readonly string[] {
  if (checkpoint === undefined) return [];
  const { origin, size, cosignedBy } = checkpoint;
  const witnesses = cosignedBy.map(({ name, time }) => `${name} at ${timeOf(time)}`).join(', ');
  return [
    `Checkpoint of ${origin}: ${size} entries; ${witnesses === '' ? 'no witness' : `witnessed by ${witnesses}`}.`,
  ];
}

function timeOf(seconds: number): string {
  const time = new Date(seconds * 1000);
  return Number.isNaN(time.getTime()) ? `${seconds} s` : time.toISOString();
}

function eventLines({ pruned, kinds }: Verification): readonly string[] {
  const holes = pruned === undefined ? [] : [`PRUNED [0,${pruned.to}) by entry #${pruned.by}.`];
  const others = Object.entries(kinds).map(([kind, count]) => `${count} ${kind}`);
  return others.length === 0 ? holes : [...holes, `Entries that are no exchange: ${others.join(', ')}.`];
}
