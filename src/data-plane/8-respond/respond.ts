import { HEADERS } from '../../http/headers.ts';
import type { Outbound, Recorded, Stage } from '../states.ts';

/** The sealed answer with its receipt. Only what is recorded can get here. */
export function respond(): Stage<Recorded, Outbound> {
  return async ({ sealed, receipt, plan }) => ({
    status: 200,
    headers: {
      'Content-Type': 'application/jose',
      'Cache-Control': 'no-store',
      [HEADERS.contractVersion.name]: plan.contract.version,
      [HEADERS.receiptIndex.name]: String(receipt.index),
      [HEADERS.receiptLeaf.name]: receipt.leaf,
    },
    body: sealed,
  });
}
