import { readRecord } from '../contract/read-record.ts';
import { assembleExchange } from '../data-plane/assemble.ts';
import type { Authorized, Fetched, Inbound, Stage } from '../data-plane/states.ts';
import type { AccessToken } from '../domain/access-token.ts';
import { canonicalJson } from '../domain/canonical-json.ts';
import { uuidV7 } from '../domain/identifier.ts';
import type { JsonObject } from '../domain/json.ts';
import type { LedgerEntry } from '../domain/ledger-entry.ts';
import type { ExchangeObserver } from '../domain/observer.ts';
import type { Plan } from '../domain/plan.ts';
import { asProblem, Problem } from '../domain/problem.ts';
import type { ProblemCode, ProblemOutcome } from '../domain/problems.ts';
import type { MeterReading, Quotas } from '../domain/quotas.ts';
import type { RequestSignature } from '../domain/request-signature.ts';
import type { AnswerClaims } from '../domain/sealed-answer.ts';
import type { Snapshot } from '../domain/snapshot.ts';
import { salted } from '../keys/commitment.ts';
import { contentDigest } from '../keys/content-digest.ts';
import type { CaseCall, CaseSource } from '../policy/load-cases.ts';
import { leafHash } from '../transparency/hashes.ts';

/** What became of a call that was only rehearsed. */
export type Rehearsed = Released | NotReleased;

interface Released {
  readonly decision: 'released';
  /** What the system would open; null if there is no record for it. */
  readonly data: JsonObject | null;
  /** Outputs of the plan under which a value left; not those that stayed null, were dropped or redacted. */
  readonly outputs: ReadonlySet<string>;
  /** As it would stand in the ledger. */
  readonly entry: LedgerEntry;
}

interface NotReleased {
  readonly decision: ProblemOutcome;
  readonly code: ProblemCode;
  readonly entry: LedgerEntry;
}

// Constants, so that what is rehearsed twice comes out the same.
const random = { bytes: (length: number) => new Uint8Array(length).fill(0x5a) };
const LEDGER_KEY = new Uint8Array(32);
const THUMBPRINT = Buffer.alloc(32).toString('base64url');

const NOBODY: ExchangeObserver = {
  stageEnded: () => {},
  exchangeEnded: () => {},
  deliveryAborted: () => {},
  breakerChanged: () => {},
};

/** How often something may be had is no question of what one call gets. */
const COUNTED: MeterReading = { refused: undefined, states: [], alarms: [] };
const UNLIMITED: Quotas = { take: async () => COUNTED, settle: async () => COUNTED, entered: async () => {} };

/**
 * The exchange of the gateway with a certificate, a source, a seal, a clock and a ledger that are made up for this one
 * call: nothing is sent, opened or kept, and nobody has to be reachable.
 */
export async function rehearse(snapshot: Snapshot, call: CaseCall): Promise<Rehearsed> {
  const entries: LedgerEntry[] = [];
  const sealed: AnswerClaims[] = [];
  const outputs = new Set<string>();
  const exchange = assembleExchange({
    snapshot: () => watched(snapshot, outputs),
    tokens: { verify: async () => tokenOf(call) },
    signatures: { verify: async () => signatureOf(call) },
    usedIds: { use: async () => true },
    admission: { admit: async () => 'admitted' },
    quotas: UNLIMITED,
    fetch: answering(call.source, call.nowMs),
    sealer: {
      seal: async (claims) => {
        sealed.push(claims);
        return canonicalJson(claims);
      },
      sign: async (claims) => {
        sealed.push(claims);
        return { body: canonicalJson(claims), signature: '' };
      },
    },
    ledger: {
      append: async (entry) => ({ index: entries.push(entry) - 1, leaf: leafOf(entry) }),
    },
    anchorage: { isRefusing: () => false },
    freezes: { find: async () => undefined },
    clock: { now: () => call.nowMs },
    random,
    observer: NOBODY,
    gatewayId: 'rehearsal',
    // No box is rehearsed: what is in it does not decide anything.
    personal: { prepare: () => {}, seal: async () => [] },
    ledgerSecret: async () => ({ kid: 'rehearsal', key: LEDGER_KEY }),
  });
  const problem = await exchange(inboundOf(snapshot, call)).then(() => undefined, asProblem);
  const [entry, ...others] = entries;
  if (entry === undefined || others.length > 0) throw new TypeError('an exchange did not make one entry');
  if (problem !== undefined) return { decision: problem.spec.outcome, code: problem.code, entry };
  const [claims] = sealed;
  if (claims === undefined) throw new TypeError('an exchange was released that nothing was sealed of');
  return { decision: 'released', data: claims.data, outputs, entry };
}

/** The same plans, telling which of their outputs a value left under. */
function watched(snapshot: Snapshot, outputs: Set<string>): Snapshot {
  const watch = (plan: Plan): Plan => ({
    ...plan,
    project: (input) =>
      plan.project({ ...input, witness: (output, became) => became === 'released' && outputs.add(output) }),
  });
  return {
    ...snapshot,
    findPlan: (need) => {
      const plan = snapshot.findPlan(need);
      return plan && watch(plan);
    },
  };
}

function inboundOf({ systems }: Snapshot, call: CaseCall): Inbound {
  const { nowMs, system, contract } = call;
  const signs = systems.get(system)?.requestSignature === 'required';
  const [department = '', resource = '', version = ''] = contract.split('.');
  return {
    exchange: uuidV7(nowMs, random.bytes(10)),
    requestId: uuidV7(nowMs, random.bytes(10)),
    trace: Buffer.from(random.bytes(16)).toString('hex'),
    receivedAt: new Date(nowMs).toISOString(),
    target: { department, resource, major: version.slice(1) },
    head: { method: 'POST', target: '', field: () => (signs ? ['rehearsal'] : []) },
    // A certificate of a system that is registered nowhere is as good, and names a department just as well.
    peer: { commonName: system, organization: systems.get(system)?.department ?? '', thumbprint: THUMBPRINT },
    authorization: ['Bearer rehearsal'],
    unproven: undefined,
    contentType: 'application/json',
    contentEncoding: undefined,
    accepts: ['sealed'],
    readBody: async () => bodyOf(call),
    signal: new AbortController().signal,
  };
}

/** Good for every grant of the system: what a token is narrowed to is the caller's own choice, and no policy. */
function tokenOf({ system, nowMs }: CaseCall): AccessToken {
  return { id: 'rehearsal', system, thumbprint: THUMBPRINT, expiresAt: nowMs, needs: undefined };
}

/** Good for this body: what is rehearsed is what a system may know, not whether it can sign. */
function signatureOf(call: CaseCall): RequestSignature {
  return { kid: 'rehearsal', nonce: 'rehearsal', refusedFrom: call.nowMs, contentDigest: contentDigest(bodyOf(call)) };
}

function bodyOf({ purpose, query, fields }: CaseCall): Uint8Array {
  return bytesOf({ purpose, query, ...(fields === undefined ? {} : { fields }) });
}

/** In the place of a source: what it would have sent is read and judged as what a source sends. */
function answering(source: CaseSource, nowMs: number): Stage<Authorized, Fetched> {
  const now = new Date(nowMs).toISOString();
  return async (authorized) => {
    const times = { askedAt: now, answeredAt: now };
    if ('failure' in source) throw new Problem(source.failure, { known: { source: { askedAt: now } } });
    const { plan, asked } = authorized;
    if (source.record === null) return { ...authorized, answer: { found: false }, source: { ...times, status: 204 } };
    const body = bytesOf(source.record);
    const reading = readRecord(plan.contract, body, asked.query);
    const answered = { status: 200, bytes: body.length, answer: salted(random, body) };
    return { ...authorized, answer: { found: true, reading }, source: { ...times, ...answered } };
  };
}

function bytesOf(value: JsonObject): Uint8Array {
  return Buffer.from(JSON.stringify(value));
}

function leafOf(entry: LedgerEntry): string {
  return Buffer.from(leafHash(Buffer.from(canonicalJson(entry)))).toString('hex');
}
