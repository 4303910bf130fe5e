import { IncomingMessage, ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import type { Middleware, ParameterizedContext } from 'koa';
import type { Provider } from 'oidc-provider';
import type { KeyRing } from '../domain/key-ring.ts';
import type { Peer } from '../domain/party.ts';
import { asProblem, Problem } from '../domain/problem.ts';
import type { RequestState } from '../http/context.ts';
import { readBody } from '../http/read-body.ts';
import { createProvider, type ProviderNeeds, TOKEN_PATH } from './create-provider.ts';
import { JWKS_PATH, metadataOf } from './metadata.ts';
import { type TokenCaller, tokenCaller } from './token-caller.ts';

export interface AuthorizationServerNeeds extends ProviderNeeds {
  readonly ring: KeyRing;
  readonly requestTimeoutMs: number;
  /** While a form is on its way, its request takes up nothing of the gateway. */
  readonly elsewhere: <T>(work: () => Promise<T>) => Promise<T>;
  /** Who the other side of a connection is, by what is in force now. */
  readonly peerOf: (socket: Socket) => Peer;
}

type Context = ParameterizedContext<RequestState>;
type Serve = (ctx: Context) => Promise<void>;

// An assertion, sixteen needs and their names have a quarter of it.
const MAX_BODY_BYTES = 16_384;

/**
 * 授权服务, on the exchange listener: the token endpoint and what describes it. Its errors are those of RFC 6749 §5.2, as
 * OAuth clients expect, but for what is no matter of OAuth (a body that is too large, a database that is down), which is
 * a problem like everywhere else.
 */
export function serveTokens(needs: AuthorizationServerNeeds): Middleware<RequestState> {
  const metadata: Serve = async (ctx) => {
    ctx.body = metadataOf(needs.issuer, needs.resource);
  };
  const served = new Map<string, { readonly method: string; readonly serve: Serve }>([
    [TOKEN_PATH, { method: 'POST', serve: tokenEndpoint(needs) }],
    [JWKS_PATH, { method: 'GET', serve: async (ctx) => await serveKeys(ctx, needs.ring) }],
    ['/.well-known/oauth-authorization-server', { method: 'GET', serve: metadata }],
    ['/.well-known/openid-configuration', { method: 'GET', serve: metadata }],
  ]);
  return async function serveTokens(ctx, next) {
    const found = served.get(ctx.path);
    if (found === undefined) {
      await next();
      return;
    }
    if (ctx.method !== found.method) {
      ctx.set('Allow', found.method);
      throw new Problem('route.method-not-allowed');
    }
    await found.serve(ctx);
  };
}

async function serveKeys(ctx: Context, ring: KeyRing): Promise<void> {
  ctx.body = { keys: await ring.published('token') };
  ctx.type = 'application/jwk-set+json';
}

function tokenEndpoint(needs: AuthorizationServerNeeds): Serve {
  const providerNow = currentProvider(needs);
  return async (ctx) => {
    const parameters = await needs.elsewhere(async () => await readParameters(ctx, needs.requestTimeoutMs));
    const proven = provenBy(ctx, needs.peerOf);
    if (proven === undefined) refuse(ctx, 'invalid_client', 'connect with the certificate issued to your system');
    else if (parameters === undefined)
      refuse(ctx, 'invalid_request', 'send a form, each parameter once, and neither a secret nor a scope');
    else {
      const method = parameters.has('client_assertion') ? 'private_key_jwt' : 'tls_client_auth';
      const ask = await providerNow();
      const { status, body } = await ask(parameters, { ...proven, method });
      ctx.status = status;
      ctx.body = body;
    }
  };
}

function provenBy(
  { socket }: Context,
  peerOf: AuthorizationServerNeeds['peerOf'],
): Omit<TokenCaller, 'method'> | undefined {
  const { certificate: peer } = peerOf(socket);
  const certificate = socket instanceof TLSSocket ? socket.getPeerX509Certificate() : undefined;
  return peer === undefined || certificate === undefined ? undefined : { peer, certificate };
}

function refuse(ctx: Context, error: 'invalid_client' | 'invalid_request', description: string): void {
  ctx.status = error === 'invalid_client' ? 401 : 400;
  ctx.body = { error, error_description: description };
}

type AskProvider = (parameters: URLSearchParams, caller: TokenCaller) => Promise<Answered>;

/** One provider for each key in turn: what it signs with is fixed when it is made. */
function currentProvider(needs: AuthorizationServerNeeds): () => Promise<AskProvider> {
  let made: { readonly kid: string; readonly ask: AskProvider } | undefined;
  return async () => {
    const signer = await needs.ring.signer('token');
    if (made?.kid !== signer.kid) made = { kid: signer.kid, ask: askingOf(createProvider(needs, signer)) };
    return made.ask;
  };
}

// There are none of either; oidc-provider would ignore them.
const NOT_TAKEN = new Set(['client_secret', 'scope']);

/** Undefined if it is no form and nothing else, or has a parameter twice: of the two, two readers may take another one. */
async function readParameters(ctx: Context, timeoutMs: number): Promise<URLSearchParams | undefined> {
  const body = await readBody(ctx.req, { maxBytes: MAX_BODY_BYTES, timeoutMs });
  // A secret in a header is none of the ways to prove oneself here, and not to be passed over in silence.
  const other = ctx.get('Content-Encoding') !== '' || ctx.get('Authorization') !== '';
  if (!ctx.is('application/x-www-form-urlencoded') || other) return undefined;
  const parameters = new URLSearchParams(Buffer.from(body).toString('utf8'));
  const names = [...parameters.keys()];
  const taken = !names.some((name) => NOT_TAKEN.has(name));
  return taken && new Set(names).size === names.length ? parameters : undefined;
}

interface Answered {
  readonly status: number;
  readonly body: unknown;
}

/**
 * oidc-provider gets the form as we read it, written anew, in a request that has nothing else, and writes its answer to
 * nobody: of it only status and body go on, and neither its headers nor what it throws.
 */
function askingOf(provider: Provider): AskProvider {
  const failures = new WeakMap<object, unknown>();
  provider.on('server_error', (ctx, error) => failures.set(ctx, error));
  const [route] = provider.middleware;
  return async (parameters, caller) => {
    const request = formRequest(parameters);
    const inner = provider.createContext(request, new ServerResponse(request));
    await tokenCaller.run(caller, async () => {
      await route?.(inner, async () => {});
    });
    const { status, body } = inner;
    // What it failed for is ours as often as its own: a database that is down.
    if (status >= 500) throw asProblem(failures.get(inner));
    return { status, body };
  };
}

function formRequest(parameters: URLSearchParams): IncomingMessage {
  const form = Buffer.from(parameters.toString());
  // On a connection of nobody: at the end of a request that was not parsed, Node closes the connection that it came on.
  const request = new IncomingMessage(new Socket());
  request.method = 'POST';
  request.url = TOKEN_PATH;
  request.headers = {
    host: 'localhost',
    accept: 'application/json',
    'content-type': 'application/x-www-form-urlencoded',
    'content-length': String(form.length),
  };
  request.push(form);
  request.push(null);
  return request;
}
