import type { Pruning } from '../domain/pruning.ts';

/** What is said where something is not found: it may have been there. Empty if nothing was pruned. */
export function prunedText(pruning: Pruning | undefined): string {
  if (pruning === undefined) return '';
  return ` Entries before ${pruning.upto} were pruned, as entry ${pruning.by} says; the export that it names has them.`;
}
