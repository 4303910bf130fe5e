import { HEADERS } from '../../http/headers.ts';
import { limitHeaders } from '../../http/limit-headers.ts';
import { receiptHeaders } from '../../http/receipt-headers.ts';
import type { Outbound, Recorded, Stage } from '../states.ts';

/** The answer with its receipt. Only what is recorded can get here. */
export function respond(): Stage<Recorded, Outbound> {
  return async ({ outgoing, receipt, plan, quotas }) => ({
    status: 200,
    headers: {
      'Content-Type': outgoing.form === 'sealed' ? 'application/jose' : 'application/json',
      'Cache-Control': 'no-store',
      [HEADERS.contractVersion.name]: plan.contract.version,
      ...receiptHeaders(receipt),
      ...limitHeaders(quotas),
      ...(outgoing.form === 'json' ? { [HEADERS.answerSignature.name]: outgoing.signature } : {}),
    },
    body: outgoing.body,
  });
}
