import type { LedgerReader } from '../domain/ledger-entry.ts';
import type { BreakerState } from '../domain/observer.ts';
import { listSources } from './admin/list-sources.ts';
import { exportLedger } from './audit/export-ledger.ts';
import type { Route } from './route.ts';

export interface RouteNeeds {
  readonly ledger: LedgerReader;
  readonly sourceStates: () => ReadonlyMap<string, BreakerState>;
}

/** Every operation of the control listener. */
export function controlRoutes({ ledger, sourceStates }: RouteNeeds): readonly Route[] {
  return [
    {
      operation: 'exportLedger',
      method: 'get',
      path: '/ledger/export',
      summary: 'The whole ledger, for verifying elsewhere',
      handle: exportLedger(ledger),
    },
    {
      operation: 'listSources',
      method: 'get',
      path: '/sources',
      summary: 'Sources and their breakers',
      handle: listSources(sourceStates),
    },
  ];
}
