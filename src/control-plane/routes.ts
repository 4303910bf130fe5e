import type { Snapshot } from '../domain/snapshot.ts';
import type { SourceState } from '../domain/source-settings.ts';
import type { LedgerArchive } from '../ledger/export-format.ts';
import { derivedSchema, grantOpenApi } from '../openapi/grant-openapi.ts';
import { describeGrant } from './admin/describe-grant.ts';
import { listSources } from './admin/list-sources.ts';
import { exportLedger } from './audit/export-ledger.ts';
import type { Route } from './route.ts';

export interface RouteNeeds {
  readonly ledger: LedgerArchive;
  readonly sourceStates: () => ReadonlyMap<string, SourceState>;
  readonly snapshot: () => Snapshot;
}

/** Every operation of the control listener. */
export function controlRoutes({ ledger, sourceStates, snapshot }: RouteNeeds): readonly Route[] {
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
      summary: 'Sources, their breakers, and how the gateway proves itself to them',
      handle: listSources(sourceStates),
    },
    {
      operation: 'showGrantSchema',
      method: 'get',
      path: '/grants/:grant/schema',
      summary: 'The derived schema of a grant: what its answers look like',
      handle: describeGrant(snapshot, derivedSchema),
    },
    {
      operation: 'showGrantOpenApi',
      method: 'get',
      path: '/grants/:grant/openapi',
      summary: 'OpenAPI of what the consumer of a grant can ask and gets',
      handle: describeGrant(snapshot, grantOpenApi),
    },
  ];
}
