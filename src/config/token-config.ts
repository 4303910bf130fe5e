import type { OutsideKeys } from '../domain/access-token.ts';
import type { Variables } from './variables.ts';

/** Whose access tokens are good, and for what. */
export interface TokenConfig {
  /** `iss`, and where a client finds out how to get one. */
  readonly issuer: string;
  /** `aud`: the exchange of this gateway. */
  readonly resource: string;
  /** Of the tokens that the gateway issues itself. */
  readonly ttlSeconds: number;
  /** Where the keys of an issuer outside are; undefined if the gateway issues them itself. */
  readonly outside: OutsideKeys | undefined;
}

const FETCH_TIMEOUT_MS = 2_000;

/** `trialIssuer` is what the issuer is on a laptop, where nobody has to set one. */
export function tokenConfigOf(variables: Variables, trialIssuer: string | undefined): TokenConfig {
  const { text, integer } = variables;
  const outside = outsideOf(variables);
  const issuer = issuerOf(variables, { trialIssuer, builtIn: outside === undefined });
  return {
    issuer,
    resource: text('SHUQIAO_RESOURCE', outside === undefined ? `${issuer}/exchange` : undefined),
    ttlSeconds: integer('SHUQIAO_TOKEN_TTL_SECONDS', 300, [30, 3600]),
    outside,
  };
}

function outsideOf({ text, fault }: Variables): TokenConfig['outside'] {
  const file = text('SHUQIAO_ISSUER_JWKS_FILE', '');
  const url = text('SHUQIAO_ISSUER_JWKS_URL', '');
  if (file !== '' && url !== '')
    fault('SHUQIAO_ISSUER_JWKS_URL', { message: 'there is a file as well', remedy: 'Set one of the two.' });
  if (file !== '') return { file };
  if (url === '') return undefined;
  if (urlOf(url) === undefined)
    fault('SHUQIAO_ISSUER_JWKS_URL', {
      message: 'it is no https address',
      remedy: 'Set it to the jwks_uri of the issuer.',
    });
  return { url, caFile: text('SHUQIAO_ISSUER_CA_FILE', '') || undefined, timeoutMs: FETCH_TIMEOUT_MS };
}

function issuerOf(
  { text, fault }: Variables,
  { trialIssuer, builtIn }: { readonly trialIssuer: string | undefined; readonly builtIn: boolean },
): string {
  const issuer = text('SHUQIAO_ISSUER', builtIn ? trialIssuer : undefined);
  if (issuer === '') return issuer;
  const url = urlOf(issuer);
  // Our own endpoints stand at the root of the listener.
  const fits = url !== undefined && (!builtIn || issuer === url.origin);
  if (!fits)
    fault('SHUQIAO_ISSUER', {
      message: 'it is no https address that an issuer can have (RFC 8414 §2)',
      remedy: 'Set it to the https origin that callers reach the exchange at, without a path or a slash at the end.',
    });
  return issuer;
}

function urlOf(text: string): URL | undefined {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  return url?.protocol === 'https:' && url.search === '' && url.hash === '' && url.username === '' ? url : undefined;
}
