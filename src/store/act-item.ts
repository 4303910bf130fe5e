import type { OfficerAct } from '../ledger/officer-act.ts';
import { ledgerItem } from './ledger-item.ts';

/** What identity.enter_act takes. */
export function actItem({ entry, words }: OfficerAct): object {
  return { item: ledgerItem(entry), words };
}
