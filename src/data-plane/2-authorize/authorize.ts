import { subjectsIn } from '../../contract/subjects-in.ts';
import type { Anchorage } from '../../domain/anchorage.ts';
import type { Clock } from '../../domain/clock.ts';
import type { Contract } from '../../domain/contract.ts';
import type { RequestFacts } from '../../domain/exchange-facts.ts';
import type { FrozenThings } from '../../domain/freeze.ts';
import type { PersonalSealer } from '../../domain/personal-parts.ts';
import type { Plan } from '../../domain/plan.ts';
import { knowing, Problem } from '../../domain/problem.ts';
import type { AnswerForm } from '../../domain/sealed-answer.ts';
import type { Snapshot } from '../../domain/snapshot.ts';
import { withKeys } from '../../plan/wanted.ts';
import { refuseFrozenPlan } from '../refuse-frozen.ts';
import type { Authorized, Identified, Stage } from '../states.ts';
import { type ExchangeRequest, readRequest } from './read-request.ts';
import { type TakeNeeds, takeCall } from './take-call.ts';

export interface AuthorizeNeeds extends TakeNeeds {
  readonly clock: Clock;
  readonly anchorage: Anchorage;
  readonly freezes: FrozenThings;
  readonly personal: Pick<PersonalSealer, 'prepare'>;
}

/** Looking again takes a few seconds, mending it longer. */
const UNANCHORED_RETRY_SECONDS = 60;

/** Whether this system may ask this, for this purpose, now; and the plan of what it gets. Query parameters are fields too. */
export function authorize(needs: AuthorizeNeeds): Stage<Identified, Authorized> {
  const { snapshot, clock, anchorage, freezes, personal } = needs;
  return async (identified) => {
    if (anchorage.isRefusing()) throw new Problem('ledger.unanchored', { retryAfterSeconds: UNANCHORED_RETRY_SECONDS });
    const read = await readRequest(identified);
    const { system, target, receivedAt } = identified;
    const request = factsOf(read, snapshot().contracts.get(contractOf(target)));
    // Its key is needed when the exchange is entered, whatever becomes of it; meanwhile the source is asked.
    personal.prepare({ subjects: request.subjects, system: system.id, at: receivedAt });
    return await knowing({ request }, async () => {
      refuseOtherNeeds(snapshot(), identified, read);
      const plan = findPlan(snapshot(), identified, read);
      const allowed = await knowing({ plan }, async () => {
        if (!isInForce(plan, clock.now())) throw new Problem('grant.not-in-force');
        await refuseFrozenPlan(freezes, plan);
        const { form, asked } = allow(plan, identified, read);
        // Last: what is refused for another reason is not counted.
        return { form, asked, quotas: await takeCall(needs, plan, { system: identified.system, query: asked.query }) };
      });
      return { ...identified, plan, grant: plan.grant, ...allowed, request };
    });
  };
}

/** Of a contract that is not there nobody knows which parameters point at whom. */
function factsOf(
  { body, case: matter, officer, query }: ExchangeRequest,
  contract: Contract | undefined,
): RequestFacts {
  const subjects = contract === undefined ? [] : subjectsIn(contract, query);
  return { bytes: body.length, body, case: matter, officer, subjects };
}

function allow(plan: Plan, identified: Identified, request: ExchangeRequest): Pick<Authorized, 'form' | 'asked'> {
  const form = formOf(plan, identified);
  checkQuery(plan, request);
  return { form, asked: { query: request.query, wanted: wantedOf(plan, request) } };
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
function formOf({ grant }: Plan, { accepts }: Identified): AnswerForm {
  const form = accepts.find((wished) => wished === 'sealed' || grant.answer === wished);
  if (form === undefined) throw new Problem('request.not-acceptable');
  return form;
}

function checkQuery({ grant, contract }: Plan, { query }: ExchangeRequest): void {
  // Before the contract's own check: whether a parameter that is not granted exists is not for the caller to learn.
  if (!Object.keys(query).every((name) => grant.parameters.includes(name))) throw new Problem('filter.not-granted');
  const errors = contract.checkQuery(query).map(({ pointer, rule }) => ({ pointer: `/query${pointer}`, rule }));
  if (errors.length > 0) throw new Problem('query.invalid', { errors });
}

function wantedOf({ fields, contract }: Plan, request: ExchangeRequest): ReadonlySet<string> | undefined {
  if (request.fields === undefined) return undefined;
  const outputs = new Set(fields.map(({ output }) => output));
  if (!request.fields.every((field) => outputs.has(field))) {
    // For the ledger, the ones that the contract has: what a caller made up is not repeated.
    const real = request.fields.filter(
      (field) => contract.fields.some(({ path }) => path === field) && !outputs.has(field),
    );
    throw new Problem('field.not-granted', { known: { fields: real } });
  }
  return withKeys(request.fields, outputs);
}
