import { verifyExport } from '../auditor/verify-export.ts';
import { isJsonArray, isJsonObject, type JsonObject } from '../domain/json.ts';

/** What left of late, as the ledger has it. */
export interface Usage {
  /** How far back was looked. */
  readonly days: number;
  /** Outputs that were asked for and released, by the id of the grant. */
  readonly read: ReadonlyMap<string, ReadonlySet<string>>;
}

interface Window {
  readonly now: number;
  readonly days: number;
}

const DAY_MS = 86_400_000;

/**
 * Reads an export of a whole ledger, entry by entry and without keeping it. What is said of entries that are not there
 * would take away what somebody uses, so it has to hold together; whether it is anchored is not asked here.
 * @throws Error if it is not whole, or too young to say anything
 */
export async function usageOf(lines: AsyncIterable<string | Uint8Array>, { now, days }: Window): Promise<Usage> {
  const since = now - days * DAY_MS;
  const read = new Map<string, Set<string>>();
  let begins: number | undefined;
  const witness = (entry: JsonObject): void => {
    const { decidedAt, outcome, grant } = entry;
    const at = typeof decidedAt === 'string' ? Date.parse(decidedAt) : Number.NaN;
    // Once it is no number it stays none: of entries that say no time it is not known what they leave out.
    begins = Math.min(begins ?? at, at);
    if (outcome !== 'released' || typeof grant !== 'string' || at < since || at > now) return;
    read.set(grant, new Set([...(read.get(grant) ?? []), ...outputsOf(entry)]));
  };
  const { verdict } = await verifyExport(lines, { onEntry: witness });
  if (verdict !== 'consistent') throw new Error(`The ledger is ${verdict}: see shuqiao ledger verify.`);
  if (begins === undefined || !(begins <= since))
    throw new Error(`The ledger does not go back ${days} days: nothing can be said of what is unused.`);
  return { days, read };
}

function outputsOf({ fields }: JsonObject): readonly string[] {
  const entered = fields !== undefined && isJsonArray(fields) ? fields : [];
  return entered.flatMap((field) =>
    isJsonObject(field) && typeof field['output'] === 'string' ? field['output'] : [],
  );
}
