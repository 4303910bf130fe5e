import { randomUUID } from 'node:crypto';
import { calculateJwkThumbprint, type JWK } from 'jose';
import type { JsonObject } from '../domain/json.ts';
import type { AnswerForm } from '../domain/sealed-answer.ts';
import { parseTrustPolicy } from '../transparency/parse-trust-policy.ts';
import { type AccessTokens, accessTokens, type Need } from './access-tokens.ts';
import { type BelievingNeeds, believeAnswer, type Exchanged } from './believe-answer.ts';
import { believeProof, type Proof } from './believe-proof.ts';
import type {
  Answer,
  CheckedExchangeOptions,
  ExchangeOptions,
  OutcomeOptions,
  ProofOptions,
  ShuqiaoClientOptions,
} from './client-options.ts';
import { type Connection, openConnection, type Reply } from './connection.ts';
import { type GatewayKeys, pinnedKeys, publishedKeys } from './gateway-keys.ts';
import { orAborted } from './or-aborted.ts';
import { type RetryPolicy, retrying } from './retrying.ts';
import { seenIds } from './seen-ids.ts';
import { ShuqiaoAnswerInvalid } from './shuqiao-answer-invalid.ts';
import { type AnsweredBefore, endingIn, problemOf, ShuqiaoProblem } from './shuqiao-problem.ts';
import { ShuqiaoUnreachable } from './shuqiao-unreachable.ts';
import { type RequestSigner, requestSigner } from './sign-request.ts';

export type { Need } from './access-tokens.ts';
export type { Proof } from './believe-proof.ts';
export type {
  Answer,
  CheckedExchangeOptions,
  ExchangeOptions,
  OutcomeOptions,
  ProofOptions,
  ShuqiaoClientOptions,
} from './client-options.ts';
export type { ClientTls } from './connection.ts';
export { type Evidence, isEntryOf } from './receipt.ts';
export type { RetryPolicy } from './retrying.ts';
export { type InvalidAnswer, ShuqiaoAnswerInvalid } from './shuqiao-answer-invalid.ts';
export { type AnsweredBefore, ShuqiaoProblem } from './shuqiao-problem.ts';
export { type InvalidProof, ShuqiaoProofInvalid } from './shuqiao-proof-invalid.ts';
export { ShuqiaoTokenRefused } from './shuqiao-token-refused.ts';
export { type Reached, ShuqiaoUnreachable } from './shuqiao-unreachable.ts';

const DEFAULTS = { timeoutMs: 30_000, maxConnections: 16, clockSkewSeconds: 60 } as const;
const RETRIES: RetryPolicy = { attempts: 3, pauseMs: 200, maxPauseMs: 10_000 };
const CONTRACT = /^([a-z0-9]+(?:-[a-z0-9]+)*)\.([a-z0-9]+(?:-[a-z0-9]+)*)\.(v[1-9]\d{0,3})$/;
const ACCEPT: Readonly<Record<AnswerForm, string>> = {
  sealed: 'application/jose',
  json: 'application/json, application/jose;q=0.5',
};

/**
 * What a department's system does with a gateway: it gets access tokens, asks, opens the answer, and believes it only if
 * the gateway signed it for this system, this purpose and this exchange.
 */
export class ShuqiaoClient {
  readonly #origin: string;
  readonly #narrowTokens: boolean;
  readonly #retries: RetryPolicy;
  readonly #connection: Connection;
  readonly #tokens: AccessTokens;
  readonly #gatewayKeys: GatewayKeys;
  readonly #sealingKeys: Promise<ReadonlyMap<string, JWK>>;
  readonly #signer: Promise<RequestSigner> | undefined;
  readonly #believing: Omit<BelievingNeeds, 'keys'>;
  #closed = false;

  /** @throws TypeError if the address of the gateway is none */
  constructor(options: ShuqiaoClientOptions) {
    const { protocol, origin } = new URL(options.gateway);
    if (protocol !== 'https:') throw new TypeError('a gateway is called over https');
    const { system, clock = { now: Date.now }, gatewayId = 'shuqiao', gatewayKeys } = options;
    const { clientKey: key, issuer = origin, tokenEndpoint: endpoint = `${origin}/oauth/token` } = options;
    const settings = { ...DEFAULTS, ...options };
    const shared = {
      connection: openConnection(options.tls, settings),
      retries: { ...RETRIES, ...options.retries },
      now: () => clock.now(),
    };
    this.#origin = origin;
    this.#narrowTokens = options.narrowTokens === true;
    this.#retries = shared.retries;
    this.#connection = shared.connection;
    const assertion = key === undefined ? undefined : { key, issuer };
    this.#tokens = accessTokens({ ...shared, endpoint, system, assertion });
    this.#gatewayKeys =
      gatewayKeys === undefined
        ? publishedKeys({ ...shared, url: `${origin}/.well-known/jwks.json` })
        : pinnedKeys(gatewayKeys);
    this.#sealingKeys = byThumbprint(options.sealingKeys);
    // Said where an answer is to be opened, and not to the whole process.
    this.#sealingKeys.catch(() => {});
    this.#signer = options.requestKey === undefined ? undefined : requestSigner(options.requestKey);
    this.#signer?.catch(() => {});
    const { clockSkewSeconds } = settings;
    this.#believing = { gatewayId, system, clockSkewSeconds, now: shared.now, seen: seenIds(shared.now) };
  }

  /**
   * An access token of the system, bound to its certificate; of one need only, if one is named.
   * @throws ShuqiaoTokenRefused, ShuqiaoProblem, ShuqiaoUnreachable, or the reason of the signal
   */
  async getToken({ need, signal }: { readonly need?: Need; readonly signal?: AbortSignal } = {}): Promise<string> {
    this.#refuseIfClosed();
    return await orAborted(this.#tokens.get(need), signal);
  }

  /**
   * Asks for one subject and gives the answer, opened and believed; with `check` typed as what it checks.
   * @throws ShuqiaoProblem if the gateway refused it or failed
   * @throws ShuqiaoAnswerInvalid if what came is not believed
   * @throws ShuqiaoUnreachable if nothing came
   * @throws ShuqiaoTokenRefused, or the reason of the signal
   */
  async exchange<T extends JsonObject>(options: CheckedExchangeOptions<T>): Promise<Answer<T>>;
  async exchange(options: ExchangeOptions): Promise<Answer>;
  async exchange<T extends JsonObject>(
    options: ExchangeOptions & Partial<CheckedExchangeOptions<T>>,
  ): Promise<Answer | Answer<T>> {
    this.#refuseIfClosed();
    const { check } = options;
    const path = pathOf(options.contract);
    const sealing = await this.#sealingKeys;
    await this.#signer;
    // Before asking: an answer that cannot be verified is a citizen's data asked for in vain.
    await this.#beforehand(this.#gatewayKeys.ready(), options.signal);
    const exchanged = await this.#askUntilAnswered(path, options);
    try {
      const signing = async (kid: string): Promise<JWK | undefined> => await this.#gatewayKeys.find(kid);
      const answer = await believeAnswer(exchanged, options, { ...this.#believing, keys: { sealing, signing } });
      return check === undefined ? answer : checked(answer, check);
    } catch (error) {
      throw error instanceof ShuqiaoAnswerInvalid ? new ShuqiaoAnswerInvalid(error.reason, exchanged.requestId) : error;
    }
  }

  /**
   * The proof that an exchange of this system is in the log: what to keep beside its receipt. It is verified here, and can
   * be by anybody who has the trust policy, without the gateway.
   * @returns undefined while no checkpoint covers the entry: a publisher signs one every second or so
   * @throws ShuqiaoProofInvalid if it is not believed
   * @throws TrustPolicyError, ShuqiaoProblem, ShuqiaoUnreachable, or the reason of the signal
   */
  async proof({ exchangeId, receipt, trustPolicy, signal }: ProofOptions): Promise<Proof | undefined> {
    this.#refuseIfClosed();
    const policy = parseTrustPolicy(trustPolicy);
    return await this.#look(`/receipts/${encodeURIComponent(exchangeId)}`, signal, (reply) => {
      if (reply.status === 202) return undefined;
      if (reply.status !== 200) throw new ShuqiaoUnreachable('unknown', 'NOT_A_GATEWAY');
      return believeProof(reply.body.toString('utf8'), receipt, policy);
    });
  }

  /**
   * What became of a request of this system, of which no answer came. One that is under way is asked after again, as the
   * retry policy has it. Asking is no exchange and releases nothing; the answer itself is never sent again.
   * @returns undefined if the gateway did not take the id in its window of 24 hours: then nothing was released under it
   * @throws ShuqiaoProblem `repeat.under-way`, or `repeat.unrecorded` if it has no entry and will get none
   * @throws ShuqiaoUnreachable, or the reason of the signal
   */
  async outcomeOf({ requestId, signal }: OutcomeOptions): Promise<AnsweredBefore | undefined> {
    this.#refuseIfClosed();
    try {
      return await this.#look(`/requests/${encodeURIComponent(requestId)}`, signal, (reply) => {
        const ending = endingIn(reply);
        if (ending === undefined) throw new ShuqiaoUnreachable('unknown', 'NOT_A_GATEWAY');
        return ending;
      });
    } catch (error) {
      if (error instanceof ShuqiaoProblem && error.is('receipt.unknown')) return undefined;
      throw error;
    }
  }

  /** Ends its connections; what is under way fails. */
  close(): void {
    this.#closed = true;
    this.#connection.close();
  }

  #refuseIfClosed(): void {
    if (this.#closed) throw new TypeError('the client is closed');
  }

  async #look<T>(path: string, signal: AbortSignal | undefined, read: (reply: Reply) => T): Promise<T> {
    return await retrying(this.#retries, {
      repeatable: true,
      signal,
      attempt: async () => {
        const reply = await this.#connection.send({
          url: `${this.#origin}${path}`,
          method: 'GET',
          headers: {},
          signal,
        });
        const problem = problemOf(reply);
        if (problem !== undefined) throw problem;
        return read(reply);
      },
    });
  }

  async #askUntilAnswered(path: string, options: ExchangeOptions): Promise<Exchanged> {
    const { repeatUnknown = false, signal } = options;
    let { requestId = randomUUID() } = options;
    let token = await this.#tokenFor(options);
    return await retrying(this.#retries, {
      repeatable: repeatUnknown,
      signal,
      attempt: async (before) => {
        // An id that left is used up: what is sent again under it is told what became of the first.
        if (before !== undefined && !keepsId(before)) requestId = randomUUID();
        try {
          return await this.#send(path, { requestId, token }, options);
        } catch (error) {
          if (!(error instanceof ShuqiaoProblem && error.is('token.invalid'))) throw error;
        }
        // It may have ended on the way, or its key may be gone. Once more with a fresh one, under the same id: the gateway
        // takes note of the id only after the token.
        await this.#tokens.drop(token);
        token = await this.#tokenFor(options);
        return await this.#send(path, { requestId, token }, options);
      },
    });
  }

  async #tokenFor({ contract, purpose, signal }: ExchangeOptions): Promise<string> {
    return await this.#beforehand(this.#tokens.get(this.#narrowTokens ? { contract, purpose } : undefined), signal);
  }

  /** What fails before the exchange is sent leaves nothing unknown of it. */
  async #beforehand<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
    try {
      return await orAborted(work, signal);
    } catch (error) {
      throw error instanceof ShuqiaoUnreachable ? new ShuqiaoUnreachable('not-sent', error.reason) : error;
    }
  }

  async #send(
    path: string,
    { requestId, token }: { readonly requestId: string; readonly token: string },
    { purpose, query, fields, case: matter, officer, form = 'sealed', signal }: ExchangeOptions,
  ): Promise<Exchanged> {
    const sent = JSON.stringify({ purpose, query, fields, case: matter, officer });
    const request = {
      url: `${this.#origin}${path}`,
      method: 'POST',
      headers: {
        Authorization: `Bearer ${token}`,
        'Content-Type': 'application/json',
        Accept: ACCEPT[form],
        'Request-Id': requestId,
      },
      body: sent,
    } as const;
    const sign = await this.#signer;
    const sentAt = this.#believing.now();
    const headers = { ...request.headers, ...sign?.(request, sentAt) };
    const reply = await this.#connection.send({ ...request, headers, signal }).catch((error: unknown) => {
      throw error instanceof ShuqiaoUnreachable && error.reached === 'unknown'
        ? new ShuqiaoUnreachable(error.reached, error.reason, requestId)
        : error;
    });
    const problem = problemOf(reply);
    if (problem !== undefined) throw problem;
    if (reply.status !== 200) throw new ShuqiaoUnreachable('unknown', 'NOT_A_GATEWAY', requestId);
    return { reply, requestId, sent, sentAt };
  }
}

/** What never left has used nothing up, and what is under way is asked after, never run beside. */
function keepsId(error: unknown): boolean {
  if (error instanceof ShuqiaoProblem) return error.is('repeat.under-way');
  return error instanceof ShuqiaoUnreachable && error.reached === 'not-sent';
}

function pathOf(contract: string): string {
  const [, department, resource, major] = CONTRACT.exec(contract) ?? [];
  if (department === undefined) throw new TypeError('a contract is {department}.{resource}.v{major}');
  return `/exchange/${department}/${resource}/${major}`;
}

/** As the register names keys, whatever their files call them (RFC 7638). */
async function byThumbprint(keys: readonly JWK[]): Promise<ReadonlyMap<string, JWK>> {
  return new Map(await Promise.all(keys.map(async (key) => [await calculateJwkThumbprint(key), key] as const)));
}

function checked<T extends JsonObject>(answer: Answer, check: (data: JsonObject) => data is T): Answer<T> {
  const { data } = answer;
  if (data !== null && !check(data)) throw new ShuqiaoAnswerInvalid('schema');
  return { ...answer, data };
}
