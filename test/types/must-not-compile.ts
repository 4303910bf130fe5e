// What the types are there to refuse. Each comment stands over one mistake that must stay a compile error;
// test/architecture/types.test.ts checks that without the comments there are as many errors as mistakes.
import type { Answer, ShuqiaoClient } from '../../src/client/shuqiao-client.ts';
import type { ExchangeStages } from '../../src/data-plane/exchange.ts';
import type { Journey } from '../../src/data-plane/journey.ts';
import type {
  Authorized,
  Fetched,
  Identified,
  Inbound,
  Outbound,
  Projected,
  Recorded,
  Sealed,
  Stage,
  Validated,
} from '../../src/data-plane/states.ts';
import type { Contract } from '../../src/domain/contract.ts';
import type { GrantedField, OnMismatch } from '../../src/domain/grant.ts';
import type { JsonObject } from '../../src/domain/json.ts';
import type { LedgerEntry, LedgerWriter, Receipt } from '../../src/domain/ledger-entry.ts';
import type { ExchangeObserver, ExchangeSummary } from '../../src/domain/observer.ts';
import { Problem } from '../../src/domain/problem.ts';
import type { Snapshot } from '../../src/domain/snapshot.ts';
import type { Log } from '../../src/telemetry/log.ts';
import type { Metrics } from '../../src/telemetry/metrics.ts';
import type { Treat, Treatment } from '../../src/treatment/treatment.ts';
import { TREATMENTS } from '../../src/treatment/treatments.ts';

declare const journey: Journey;
declare const stages: ExchangeStages;
declare const inbound: Inbound;
declare const identified: Identified;
declare const authorized: Authorized;
declare const fetched: Fetched;
declare const validated: Validated;
declare const projected: Projected;
declare const sealed: Sealed;
declare const recorded: Recorded;
declare const released: JsonObject;
declare const receipt: Receipt;
declare const { system, token, signature }: Pick<Identified, 'system' | 'token' | 'signature'>;

export async function stagesOutOfOrder(): Promise<void> {
  // @ts-expect-error sealing what is not projected
  await journey.through('seal', validated, stages.seal);
  // @ts-expect-error projecting what is not validated
  await journey.through('project', fetched, stages.project);
  // @ts-expect-error projecting what is already sealed
  await journey.through('project', sealed, stages.project);
  // @ts-expect-error fetching for nobody in particular
  await journey.through('fetch', inbound, stages.fetch);
  // @ts-expect-error a stage that is none
  await journey.through('transform', inbound, stages.identify);
}

// @ts-expect-error identified, with a body that nobody compares with what was signed
export const readsUnchecked: Stage<Inbound, Identified> = async (known) => ({ ...known, system, token, signature });

// @ts-expect-error a way past that comparison
export const bodyAsItCame: Pick<Inbound, 'readBody'> = identified;

export async function awaitForgotten(): Promise<void> {
  const identifying = journey.through('identify', inbound, stages.identify);
  // @ts-expect-error a promise is no state
  await journey.through('authorize', identifying, stages.authorize);
}

export async function answeredUnrecorded(): Promise<Outbound> {
  // @ts-expect-error answering without a receipt
  return await journey.through('respond', sealed, stages.respond);
}

// @ts-expect-error recording without saying where
export const recordsNothing: Stage<Sealed, Recorded> = async (known) => ({ ...known });

// @ts-expect-error passing the record on past projection
export const passesRecordOn: Stage<Validated, Projected> = async (known) => ({ ...known, released, outputs: [] });

// @ts-expect-error passing on what was asked, too
export const passesQuestionOn: Stage<Validated, Projected> = async ({ record: _, ...known }) => ({
  ...known,
  released,
  outputs: [],
});

// @ts-expect-error passing the source's answer on past validation
export const passesAnswerOn: Stage<Fetched, Validated> = async (known) => ({ ...known, record: null });

// @ts-expect-error sealed, and in the clear beside it
export const sealedAndReleased: Sealed = { ...sealed, released };

// @ts-expect-error sealed, and the body of the request beside it
export const sealedAndAsked: Sealed = { ...sealed, request: authorized.request };

// @ts-expect-error recorded, and in the clear beside it
export const recordedAndReleased: Recorded = { ...recorded, receipt, released };

// @ts-expect-error projected without saying which outputs
export const projectedWithoutOutputs: Projected = { ...projected, outputs: undefined };

// @ts-expect-error an exchange that leaves a stage out
export const withoutValidation: ExchangeStages = { ...stages, validate: undefined };

// @ts-expect-error a treatment that forgets to return
export const treatsToNothing: Treat = () => undefined;

// @ts-expect-error a treatment without a version, which no plan could name
export const unversioned: Treatment = { ...requireTreatment(), version: undefined };

// @ts-expect-error a treatment added while the gateway runs
export const growing: Map<string, Treatment> = TREATMENTS;

// @ts-expect-error a problem that is not in the table
export const unknownProblem: Problem = new Problem('source.embarrassed');

// @ts-expect-error a problem with a text of its own, which could quote a person
export const talkative: Problem = new Problem('internal', { detail: '' });

// @ts-expect-error a mismatch that passes the value through is not among the choices
export const passThrough: OnMismatch = 'pass';

export async function entries(ledger: LedgerWriter, entry: LedgerEntry): Promise<void> {
  // @ts-expect-error an outcome that nobody counts
  await ledger.append({ ...entry, outcome: 'overlooked' });
  // @ts-expect-error an entry that is no JSON
  await ledger.append({ ...entry, at: new Date() });
  // @ts-expect-error the ledger has no way to change an entry
  const change: keyof LedgerWriter = 'update';
  await ledger[change](entry);
}

export function changes(snapshot: Snapshot, state: Authorized): unknown {
  // @ts-expect-error the snapshot is swapped whole or not at all
  const contracts: Map<string, Contract> = snapshot.contracts;
  // @ts-expect-error a grant does not grow
  const fields: GrantedField[] = state.grant.fields;
  // @ts-expect-error a state is not changed, the next is made
  state.system = { ...state.system };
  return [contracts, fields];
}

export function told(observer: ExchangeObserver, log: Log, metrics: Metrics, summary: ExchangeSummary): void {
  // @ts-expect-error the observer is not shown what was released
  observer.exchangeEnded({ ...summary, released });
  // @ts-expect-error there is no log field for a query
  log.write('info', 'exchange', { query: '' });
  // @ts-expect-error nor for a message, which quotes what it is about
  log.write('error', 'problem', { message: '' });
  // @ts-expect-error an event is one of a list
  log.write('info', 'resident asked for');
  // @ts-expect-error a label is one of a list
  metrics.exchanges.inc({ officer: '' });
}

interface Standing extends JsonObject {
  readonly standing: string;
}

export async function asked(client: ShuqiaoClient, check: (data: JsonObject) => data is Standing): Promise<unknown> {
  const asking = { contract: 'taxation.tax-standing.v1', purpose: 'open-a-shop', query: {} };
  const { data, receipt } = await client.exchange({ ...asking, check });
  // @ts-expect-error the source may have no record
  const { standing } = data;
  // @ts-expect-error a field that was not checked
  const arrears = data?.arrears;
  // @ts-expect-error data that nobody checked is no record of a kind
  const unchecked: Answer<Standing> = await client.exchange(asking);
  // @ts-expect-error asking for nothing in particular
  await client.exchange({ contract: asking.contract, query: {} });
  // @ts-expect-error a receipt is kept as it is
  receipt.index = 0;
  return [standing, arrears, unchecked];
}

declare function requireTreatment(): Treatment;
