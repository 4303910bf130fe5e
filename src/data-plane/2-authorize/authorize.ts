import type { Anchorage } from '../../domain/anchorage.ts';
import type { Clock } from '../../domain/clock.ts';
import type { Plan } from '../../domain/plan.ts';
import { type KnownAtRefusal, Problem } from '../../domain/problem.ts';
import type { AnswerForm } from '../../domain/sealed-answer.ts';
import type { Snapshot } from '../../domain/snapshot.ts';
import { withKeys } from '../../plan/wanted.ts';
import type { AskedFor, Authorized, Identified, Stage } from '../states.ts';
import { type ExchangeRequest, readRequest } from './read-request.ts';

export interface AuthorizeNeeds {
  readonly snapshot: () => Snapshot;
  readonly clock: Clock;
  readonly anchorage: Anchorage;
}

/** Looking again takes a few seconds, mending it longer. */
const UNANCHORED_RETRY_SECONDS = 60;

/** Whether this system may ask this, for this purpose, now; and the plan of what it gets. Query parameters are fields too. */
export function authorize({ snapshot, clock, anchorage }: AuthorizeNeeds): Stage<Identified, Authorized> {
  return async (identified) => {
    if (anchorage.isRefusing()) throw new Problem('ledger.unanchored', { retryAfterSeconds: UNANCHORED_RETRY_SECONDS });
    const request = await readRequest(identified);
    refuseOtherNeeds(snapshot(), identified, request);
    const plan = findPlan(snapshot(), identified, request);
    const { grant } = plan;
    const known: KnownAtRefusal = { purpose: grant.purpose, grant: grant.id };
    if (!isInForce(plan, clock.now())) throw new Problem('grant.not-in-force', { known });
    const form = formOf(plan, identified, known);
    checkQuery(plan, request, known);
    const asked: AskedFor = { query: request.query, wanted: wantedOf(plan, request, known) };
    const { body, case: matter, officer } = request;
    return { ...identified, plan, grant, asked, form, request: { bytes: body.length, body, case: matter, officer } };
  };
}

/** A token that was narrowed to some needs (RFC 9396) is good for no other, whatever the system has grants for. */
function refuseOtherNeeds(snapshot: Snapshot, { token, target }: Identified, { purpose }: ExchangeRequest): void {
  const contract = contractOf(target);
  if (token.needs?.some((need) => need.contract === contract && need.purpose === purpose) === false)
    throw new Problem('token.too-narrow', { known: snapshot.purposes.has(purpose) ? { purpose } : {} });
}

function contractOf({ department, resource, major }: Identified['target']): string {
  return `${department}.${resource}.v${major}`;
}

function findPlan(snapshot: Snapshot, { system, target }: Identified, { purpose }: ExchangeRequest): Plan {
  const plan = snapshot.findPlan({ system: system.id, contract: contractOf(target), purpose });
  if (plan !== undefined) return plan;
  throw new Problem('grant.missing', { known: snapshot.purposes.has(purpose) ? { purpose } : {} });
}

/** Up to, not including, the end: two grants that follow each other never both hold. A grant ends with its last basis. */
function isInForce({ grant, purpose }: Plan, nowMs: number): boolean {
  const based = purpose.legalBasis.some(({ validUntil }) => validUntil === undefined || nowMs < Date.parse(validUntil));
  return based && Date.parse(grant.validFrom) <= nowMs && nowMs < Date.parse(grant.validUntil);
}

/** Sealed is for everybody; the caller's own wish counts among what the grant allows. */
function formOf({ grant }: Plan, { accepts }: Identified, known: KnownAtRefusal): AnswerForm {
  const form = accepts.find((wished) => wished === 'sealed' || grant.answer === wished);
  if (form === undefined) throw new Problem('request.not-acceptable', { known });
  return form;
}

function checkQuery({ grant, contract }: Plan, { query }: ExchangeRequest, known: KnownAtRefusal): void {
  // Before the contract's own check: whether a parameter that is not granted exists is not for the caller to learn.
  if (!Object.keys(query).every((name) => grant.parameters.includes(name)))
    throw new Problem('filter.not-granted', { known });
  const errors = contract.checkQuery(query).map(({ pointer, rule }) => ({ pointer: `/query${pointer}`, rule }));
  if (errors.length > 0) throw new Problem('query.invalid', { known, errors });
}

function wantedOf(
  { fields, contract }: Plan,
  request: ExchangeRequest,
  known: KnownAtRefusal,
): ReadonlySet<string> | undefined {
  if (request.fields === undefined) return undefined;
  const outputs = new Set(fields.map(({ output }) => output));
  if (!request.fields.every((field) => outputs.has(field))) {
    // For the ledger, the ones that the contract has: what a caller made up is not repeated.
    const real = request.fields.filter(
      (field) => contract.fields.some(({ path }) => path === field) && !outputs.has(field),
    );
    throw new Problem('field.not-granted', { known: { ...known, fields: real } });
  }
  return withKeys(request.fields, outputs);
}
