import { createHash, createPrivateKey, randomBytes, randomUUID, sign } from 'node:crypto';
import type { Parts } from '../../src/core.ts';
import { IDENTITY, REGISTRATION } from './harness.ts';
import type { SystemKey } from './tokens.ts';

/** What is signed, and what may be made wrong of it before it is. */
export interface Signing {
  readonly origin: string;
  readonly token: string;
  readonly body: Uint8Array;
  readonly path?: string;
  /** Sent besides, or instead of what would be; names in lower case. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly covered?: (names: readonly string[]) => readonly string[];
  /** By name, as they are written. */
  readonly parameters?: (
    parameters: Readonly<Record<string, string>>,
  ) => Readonly<Record<string, string>> | readonly (readonly [string, string])[];
  /** Put in the base instead of what is sent. */
  readonly values?: Readonly<Record<string, string>>;
  /** Between the components. */
  readonly space?: string;
}

export type SignedHeaders = Readonly<Record<string, string>> & {
  readonly 'signature-input': string;
  readonly signature: string;
};

/**
 * What a system does with RFC 9421 and RFC 9530 that knows nothing of this project but docs/headers.md: written after the
 * RFCs alone. The key signs by its own algorithm.
 */
export function signRequest({ kid, privateJwk }: SystemKey, signing: Signing): SignedHeaders {
  const { path = IDENTITY, origin, values = {} } = signing;
  const key = createPrivateKey({ key: { ...privateJwk }, format: 'jwk' });
  const edwards = privateJwk.kty === 'OKP';
  const headers: Record<string, string> = {
    authorization: `Bearer ${signing.token}`,
    'content-type': 'application/json',
    'content-digest': `sha-256=:${createHash('sha256').update(signing.body).digest('base64')}:`,
    'request-id': randomUUID(),
    ...signing.headers,
  };
  const [before, ...query] = path.split('?');
  const derived: Record<string, string | undefined> = {
    '@method': 'POST',
    '@authority': new URL(origin).host,
    '@path': before,
    '@query': `?${query.join('?')}`,
  };
  const all = ['@method', '@authority', '@path', ...Object.keys(headers)];
  const names = signing.covered?.(all) ?? all;
  const now = Math.floor(Date.now() / 1000);
  const plain = {
    created: String(now),
    expires: String(now + 60),
    nonce: `"${randomBytes(16).toString('base64url')}"`,
    keyid: `"${kid}"`,
    alg: edwards ? '"ed25519"' : '"ecdsa-p256-sha256"',
    tag: '"shuqiao-request"',
  };
  const parameters = signing.parameters?.(plain) ?? plain;
  const written = (Array.isArray(parameters) ? parameters : Object.entries(parameters)).map(
    ([name, value]) => `;${name}=${value}`,
  );
  const quoted = names.map((name) => (name.includes('"') ? name : `"${name}"`));
  const input = `(${quoted.join(signing.space ?? ' ')})${written.join('')}`;
  const lines = names.map(
    (name, index) => `${quoted[index]}: ${values[name] ?? (name.startsWith('@') ? derived[name] : headers[name])}`,
  );
  const base = Buffer.from([...lines, `"@signature-params": ${input}`].join('\n'));
  const bytes = edwards ? sign(null, base, key) : sign('sha256', base, { key, dsaEncoding: 'ieee-p1363' });
  return { ...headers, 'signature-input': `sig=${input}`, signature: `sig=:${bytes.toString('base64')}:` };
}

/** As if `policies/systems.json` said it of this system. */
export function requiringSignatures({ snapshot }: Parts, id = REGISTRATION): Partial<Parts> {
  const system = snapshot.systems.get(id);
  if (system === undefined) throw new Error('no such system');
  return {
    snapshot: {
      ...snapshot,
      systems: new Map([...snapshot.systems, [id, { ...system, requestSignature: 'required' }]]),
    },
  };
}
