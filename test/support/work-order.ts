import type { JsonObject } from '../../src/domain/json.ts';
import { AGENT_DESK, type CallOptions } from './harness.ts';

export const ORDER_NUMBER = 'GD202601010001';

/** A record of the hotline; the mobile number is as the caller gave it, so it may be none. */
export function workOrder(mobile: string): JsonObject {
  return {
    orderNumber: ORDER_NUMBER,
    topic: '噪声扰民',
    status: '办理中',
    caller: { name: '王伟', mobile },
    text: '夜间施工',
  };
}

export const CALL_BACK: CallOptions = {
  system: AGENT_DESK,
  path: '/exchange/government-services/work-order/v1',
  body: { purpose: 'hotline-call-back', query: { orderNumber: ORDER_NUMBER } },
};
