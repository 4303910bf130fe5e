import { BREAKER_ORDERS, type BreakerOrder, type BreakerOrders } from '../domain/breaker-order.ts';
import type { OperatorEntry, Receipt } from '../domain/ledger-entry.ts';
import type { SealedPart } from '../domain/personal-parts.ts';
import type { Database } from './database.ts';
import { ledgerItem } from './ledger-item.ts';

interface OrderRow {
  readonly source: string;
  readonly ordered: string;
  readonly id: string;
}

/** As every gateway reads them. */
export function breakerOrders(database: Database): BreakerOrders {
  return {
    read: async () => {
      const rows = await database.query<OrderRow>('select source, ordered, id from ledger.breaker_order');
      return rows.flatMap(({ source, ordered, id }): readonly BreakerOrder[] => {
        const order = BREAKER_ORDERS.find((known) => known === ordered);
        return order === undefined ? [] : [{ source, order, id }];
      });
    },
  };
}

/** Gives an order and enters it, as the control role: both or nothing. */
export async function orderBreaker(
  control: Database,
  entry: OperatorEntry,
  aside: readonly SealedPart[],
): Promise<Receipt> {
  const [row] = await control.query<{ index: string | number; leaf: string }>(
    'select index, leaf from ledger.order_breaker($1)',
    [ledgerItem(entry, aside)],
  );
  if (row === undefined) throw new TypeError('the ledger did not answer');
  return { index: Number(row.index), leaf: row.leaf };
}
