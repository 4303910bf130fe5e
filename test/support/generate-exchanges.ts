import fc from 'fast-check';
import type { JsonObject, JsonValue } from '../../src/domain/json.ts';
import type { Plan } from '../../src/domain/plan.ts';
import { withKeys } from '../../src/plan/wanted.ts';
import { type Behaviour, record, status } from './fake-source.ts';
import { makePlanCase, type PlanCase, planChoices } from './generate-plan.ts';
import type { CallOptions } from './harness.ts';
import { leavesOf } from './leaves.ts';

/** What a contract, its grant and the exchanges under it are made of. Smaller means simpler. */
export interface ExchangeChoices {
  readonly plan: readonly number[];
  /** One for each exchange: in which way it goes, and what of that. */
  readonly ways: readonly number[];
}

/** The first exchange of each goes well, as far as the record does. */
export function exchangeChoices(exchanges: number): fc.Arbitrary<ExchangeChoices> {
  const count = exchanges - 1;
  return fc.record({
    // A file of a grant without fields is refused, so there is no exchange under it.
    plan: planChoices.filter((choices) => makePlanCase(choices).grant.fields.length > 0),
    ways: fc.array(fc.nat({ max: 9999 }), { minLength: count, maxLength: count }),
  });
}

/** One exchange: what is asked, what the source says to it, and how it may end. */
export interface Attempt {
  readonly way: string;
  readonly call: CallOptions;
  readonly source: Behaviour;
  /** Codes of problems, or `released`. */
  readonly ends: readonly string[];
  /** What should be released of, if anything should. */
  readonly asked?: Asked;
}

export interface Asked extends Pick<PlanCase, 'record' | 'canaries'> {
  readonly query: JsonObject;
  /** Outputs of the plan; all if undefined. */
  readonly wanted: ReadonlySet<string> | undefined;
}

interface Given {
  readonly made: PlanCase;
  readonly plan: Plan;
  /** Found nowhere else; no answer may hold it, of whatever grant. */
  readonly canary: string;
  /** To choose by. */
  readonly choice: number;
  readonly call: CallOptions & { readonly body: JsonObject };
  /** As of an exchange that goes well. */
  readonly asked: Asked;
}

type Way = (given: Given) => Partial<Attempt> & Pick<Attempt, 'ends'>;

const RELEASED = ['released', 'treatment.unfit'];
const BROKEN = { ends: ['source.contract-broken'] };
const MALFORMED = { ends: ['request.malformed'] };

const WAYS: Readonly<Record<string, Way>> = {
  'fewer fields': ({ plan, choice, call, asked }) => {
    const outputs = plan.fields.map(({ output }) => output);
    const fields = outputs.filter(
      (_, index) => index === choice % outputs.length || (choice >> (index % 10)) % 2 === 1,
    );
    const narrowed = { ...asked, wanted: withKeys(fields, outputs) };
    return { asked: narrowed, ends: RELEASED, call: { ...call, body: { ...call.body, fields } } };
  },
  'a value that its treatment does not know': ({ made, canary, choice, asked }) => {
    const treated = made.grant.fields
      .filter(({ treatment = '' }) => treatment.startsWith('cn.'))
      .map(({ path }) => path);
    const values = made.canaries.filter(({ path }) => treated.includes(path)).map(({ value }) => value);
    const leaves = leavesOf(made.record).filter(([, leaf]) => values.some((value) => value === leaf));
    if (leaves.length === 0) return { asked, ends: RELEASED };
    const [pointer, known] = oneOf(leaves, choice);
    const unknown = replaced(made.record, pointer, canary) as JsonObject;
    // Where the same field is granted as it is too, this is how it is.
    const canaries = made.canaries.map((one) => (one.value === known ? { ...one, value: canary } : one));
    return { asked: { ...asked, record: unknown, canaries }, ends: RELEASED, source: record(unknown) };
  },
  'a key that the contract does not know': ({ made, canary, choice }) => ({
    ...BROKEN,
    source: record(withMember(made.record, choice, canary)),
  }),
  'a value of another type': ({ made, canary, choice }) => ({
    ...BROKEN,
    source: record(withLeaf(made.record, leavesOf(made.record), { choice, value: { [canary]: canary } })),
  }),
  'a text that is too long or about somebody else': ({ made, canary, choice }) => {
    const texts = leavesOf(made.record).filter(([, leaf]) => typeof leaf === 'string' && /^‹\d+›$/.test(leaf));
    return { ...BROKEN, source: record(withLeaf(made.record, texts, { choice, value: `${canary} `.repeat(12) })) };
  },
  'a record that is no JSON': ({ made, canary, choice }) => {
    const text = JSON.stringify({ ...made.record, [canary]: canary });
    const broken = [text.slice(0, -1), `${text} ${canary}`, canary, `{"${canary}":1,"${canary}":2}`, `[${text}]`];
    return { ...BROKEN, source: raw(200, oneOf(broken, choice)) };
  },
  'a record that is called something else': ({ made, canary }) => ({
    ...BROKEN,
    source: raw(200, JSON.stringify(made.record), { 'Content-Type': `text/${canary}` }),
  }),
  'a record in a broken encoding': ({ made, canary }) => ({
    ...BROKEN,
    source: raw(200, canary + JSON.stringify(made.record), { 'Content-Encoding': 'gzip' }),
  }),
  'an error page that quotes the record': ({ made, canary, choice }) => {
    const { id } = made.record;
    const headers = {
      Location: `/${canary}?id=${encodeURIComponent(JSON.stringify(id))}`,
      'X-Error': canary,
      Server: canary,
    };
    return {
      ends: ['source.failed', 'source.refused'],
      source: raw(oneOf([500, 503, 404, 302, 400], choice), JSON.stringify(made.record), headers),
    };
  },
  'an answer that is no HTTP': ({ made, canary }) => ({
    ends: ['source.failed'],
    source: (req) => void req.socket.end(`${canary} ${JSON.stringify(made.record)}\r\n\r\n`),
  }),
  'no record': ({ canary }) => ({ ends: RELEASED, source: status(204, { 'X-About': canary }) }),
  'a field that nobody granted': ({ canary, call }) => ({
    ends: ['field.not-granted'],
    call: { ...call, body: { ...call.body, fields: [`/${canary}`] } },
  }),
  'a parameter that nobody granted': ({ canary, call }) => ({
    ends: ['filter.not-granted'],
    call: { ...call, body: { ...call.body, query: { ...(call.body['query'] as JsonObject), [canary]: canary } } },
  }),
  'a query that does not fit': ({ canary, choice, call }) => {
    const id = oneOf<JsonValue>([[canary], { [canary]: canary }, 700_000_999], choice);
    return { ends: ['query.invalid'], call: { ...call, body: { ...call.body, query: { id } } } };
  },
  'a member that no request has': ({ canary, call }) => ({
    ...MALFORMED,
    call: { ...call, body: { ...call.body, [canary]: canary } },
  }),
  'a body that is no JSON': ({ canary, choice, call }) => {
    const text = JSON.stringify({ ...call.body, officer: canary });
    const broken = [text.slice(0, -1), text + canary, canary, `{"${canary}":1,"${canary}":2}`, `"${canary}"`];
    return { ...MALFORMED, call: { ...call, body: Buffer.from(oneOf(broken, choice)) } };
  },
  'another purpose': ({ canary, call }) => ({
    ends: ['grant.missing'],
    call: { ...call, body: { ...call.body, purpose: canary } },
  }),
  'another path': ({ canary, choice, call }) => ({
    ends: ['grant.missing', 'route.unknown'],
    call: {
      ...call,
      path: oneOf([`/exchange/${canary}/${canary}/v1`, `/${canary}`, `${call.path}/${canary}`], choice),
    },
  }),
  'headers that are not understood': ({ canary, choice, call }) => ({
    ends: ['request.malformed', 'request.unsupported-media', 'request.not-acceptable'],
    call: {
      ...call,
      headers: oneOf<Record<string, string>>(
        [
          { 'Request-Id': canary },
          { 'Content-Type': `application/${canary}` },
          { 'Content-Encoding': canary },
          { Accept: `text/${canary}` },
        ],
        choice,
      ),
    },
  }),
  'nobody known': ({ call }) => ({ ends: ['identity.unproven'], call: { ...call, system: undefined } }),
};

export const WAY_NAMES: readonly string[] = Object.keys(WAYS);

/** The exchanges of a case under its own plan. `name` begins each canary that is added; it is told by its number. */
export function attemptsOf(
  choices: ExchangeChoices,
  made: PlanCase,
  { plan, path, name }: { readonly plan: Plan; readonly path: string; readonly name: string },
): readonly Attempt[] {
  const query = fittingQuery(made, plan);
  const canary = (exchange: number): string => `${name}${exchange}`;
  const honest = (exchange: number): Attempt & Pick<Given, 'call' | 'asked'> => ({
    way: 'all that is granted',
    // What the caller says of itself is in the ledger under a key, and nowhere else.
    call: { path, body: { purpose: plan.purpose.id, query, case: canary(exchange), officer: canary(exchange) } },
    source: record(made.record),
    ends: RELEASED,
    asked: { record: made.record, canaries: made.canaries, query, wanted: undefined },
  });
  const others = choices.ways.map((choice, index): Attempt => {
    const { asked, ...base } = honest(index + 1);
    const way = WAY_NAMES[choice % WAY_NAMES.length] ?? '';
    const given = { made, plan, canary: canary(index + 1), choice: Math.trunc(choice / WAY_NAMES.length) };
    return { ...base, way, ...WAYS[way]?.({ ...given, call: base.call, asked }) };
  });
  return [honest(0), ...others];
}

/** About the record of the case; what is to be compared may well be something else. */
function fittingQuery({ query, record: { id = null } }: PlanCase, { contract }: Plan): JsonObject {
  const fits = (name: string, value: JsonValue): boolean => contract.checkQuery({ id, [name]: value }).length === 0;
  return { ...Object.fromEntries(Object.entries(query).filter(([name, value]) => fits(name, value))), id };
}

function raw(code: number, body: string, headers: Readonly<Record<string, string>> = {}): Behaviour {
  return (_req, res) => res.writeHead(code, { 'Content-Type': 'application/json', ...headers }).end(body);
}

function oneOf<T>(items: readonly [T, ...T[]] | readonly T[], choice: number): T {
  return items[choice % items.length] as T;
}

type Leaves = ReturnType<typeof leavesOf>;

function withLeaf(
  value: JsonObject,
  leaves: Leaves,
  { choice, value: leaf }: { readonly choice: number; readonly value: JsonValue },
): JsonValue {
  return replaced(value, oneOf(leaves, choice)[0], leaf);
}

function withMember(value: JsonObject, choice: number, canary: string): JsonValue {
  const objects = leavesOf(value).map(([pointer]) => pointer.slice(0, pointer.lastIndexOf('/')));
  return replaced(value, `${oneOf(objects, choice)}/${canary}`, canary);
}

/** The value with another at this pointer. An array is taken for its nearest object: it has no members to add. */
function replaced(value: JsonValue, pointer: string, other: JsonValue): JsonValue {
  const [, name = '', ...rest] = pointer.split('/');
  if (name === '') return other;
  const inner = rest.length === 0 ? '' : `/${rest.join('/')}`;
  if (Array.isArray(value)) {
    return /^\d+$/.test(name)
      ? value.map((item: JsonValue, index) => (String(index) === name ? replaced(item, inner, other) : item))
      : [...(value as readonly JsonValue[]), { [name]: other }];
  }
  const members = value as JsonObject;
  return { ...members, [name]: replaced(members[name] ?? null, inner, other) };
}
