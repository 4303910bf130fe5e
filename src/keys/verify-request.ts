import { CLOCK_SKEW_MS } from '../domain/access-token.ts';
import type { Clock } from '../domain/clock.ts';
import type { RegisteredKeys } from '../domain/registered-key.ts';
import type { RequestHead, RequestSignature, RequestVerifier } from '../domain/request-signature.ts';
import { type Covered, isMessageAlgorithmOf, signatureBase, verifySignature } from './message-signature.ts';
import { readSignature, readSignatureInput, type SignatureInput } from './signature-fields.ts';

/** `tag` (RFC 9421 §2.3): made for this, and by no other application of the same key. */
export const REQUEST_TAG = 'shuqiao-request';

/** Without one of these a signature would say less than that this system asks this, now, with this token. */
export const ALWAYS_COVERED = [
  '@method',
  '@authority',
  '@path',
  'content-type',
  'content-digest',
  'authorization',
  'request-id',
] as const;

/** What a request may lack, and what decides how it is answered where it has it. */
export const COVERED_IF_SENT = ['@query', 'accept'] as const;

/** Each of them once, in any order, and no other. */
export const SIGNATURE_PARAMETERS = ['created', 'expires', 'nonce', 'keyid', 'alg', 'tag'] as const;

export const MAX_SIGNATURE_SECONDS = 300;

export interface RequestVerifierNeeds {
  readonly registeredKeys: RegisteredKeys;
  readonly clock: Clock;
}

/** RFC 9421 §3.2 for one signature by the profile above. */
export function createRequestVerifier({ registeredKeys, clock }: RequestVerifierNeeds): RequestVerifier {
  return {
    verify: async (head, { id }) => {
      const sent = readSent(head);
      const told = sent && parametersOf(sent.input, clock.now());
      const covered = sent && coveredOf(sent.input.covered, head);
      const contentDigest = onlyOne(head.field('content-digest'));
      if (sent === undefined || told === undefined || covered === undefined || !isContentDigest(contentDigest))
        return undefined;
      // Only the keys of this system: whose key it is, is never the message's to say.
      const key = (await registeredKeys.keysOf(id, 'sig')).find(({ kid }) => kid === told.keyid);
      if (key === undefined || !isMessageAlgorithmOf(told.alg, key.jwk)) return undefined;
      const base = signatureBase(covered, sent.input.text);
      if (!verifySignature(base, sent.signature, key.jwk)) return undefined;
      return { kid: key.kid, nonce: told.nonce, refusedFrom: told.refusedFrom, contentDigest };
    },
  };
}

/** Of each field one line with one signature, both under one label, which means nothing else. */
function readSent(head: RequestHead): { readonly input: SignatureInput; readonly signature: Uint8Array } | undefined {
  const [inputs, signatures] = [onlyOne(head.field('signature-input')), onlyOne(head.field('signature'))];
  const input = inputs === undefined ? undefined : readSignatureInput(inputs);
  const signature = signatures === undefined ? undefined : readSignature(signatures);
  return input === undefined || input.label !== signature?.label ? undefined : { input, signature: signature.bytes };
}

type Told = Pick<RequestSignature, 'nonce' | 'refusedFrom'> & { readonly keyid: string; readonly alg: string };

// Enough for 96 random bits in base64; and it is looked up, so not endless.
const NONCE = /^[\x21-\x7e]{16,128}$/;

function parametersOf({ parameters }: SignatureInput, nowMs: number): Told | undefined {
  if (parameters.size !== SIGNATURE_PARAMETERS.length) return undefined;
  const [created, expires, nonce, keyid, alg, tag] = SIGNATURE_PARAMETERS.map((name) => parameters.get(name));
  if (typeof nonce !== 'string' || typeof keyid !== 'string' || typeof alg !== 'string') return undefined;
  if (tag !== REQUEST_TAG || !NONCE.test(nonce)) return undefined;
  const refusedFrom = endOf(created, expires, nowMs);
  return refusedFrom === undefined ? undefined : { nonce, keyid, alg, refusedFrom };
}

/** From when on it is too old; undefined if it is so now, was made in the future, or would be good for too long. */
function endOf(created: string | number | undefined, expires: string | number | undefined, nowMs: number) {
  if (typeof created !== 'number' || typeof expires !== 'number') return undefined;
  if (created >= expires || expires - created > MAX_SIGNATURE_SECONDS) return undefined;
  const refusedFrom = expires * 1000 + CLOCK_SKEW_MS;
  return created * 1000 <= nowMs + CLOCK_SKEW_MS && nowMs < refusedFrom ? refusedFrom : undefined;
}

/** The components with their values; undefined if one has to be there that is not, or has no one value. */
function coveredOf(names: readonly string[], head: RequestHead): Covered | undefined {
  const needed = [...ALWAYS_COVERED, ...COVERED_IF_SENT.filter((name) => isSent(name, head))];
  if (!needed.every((name) => names.includes(name))) return undefined;
  const covered = names.flatMap((name) => {
    const value = valueOf(name, head);
    return value === undefined ? [] : [[name, value] as const];
  });
  return covered.length === names.length ? covered : undefined;
}

function isSent(name: (typeof COVERED_IF_SENT)[number], { target, field }: RequestHead): boolean {
  return name === '@query' ? target.includes('?') : field(name).length > 0;
}

/** RFC 9421 §2.1 and §2.2, of the derived components those that the profile names. */
function valueOf(name: string, { method, target, field }: RequestHead): string | undefined {
  const [path = '', ...query] = target.split('?');
  if (name === '@method') return method;
  if (name === '@path') return path;
  if (name === '@query') return `?${query.join('?')}`;
  // §2.2.3: in lower case, and without the port that https has anyway.
  if (name === '@authority') return onlyOne(field('host'))?.toLowerCase().replace(/:443$/, '');
  return onlyOne(field(name));
}

/** The base has one line for it: of two, which one is meant would be a guess. */
function onlyOne(lines: readonly string[]): string | undefined {
  const [only, ...others] = lines;
  return others.length === 0 ? only : undefined;
}

/** sha-256 and nothing beside it, as `contentDigest` writes it: what is compared with is that. */
function isContentDigest(value: string | undefined): value is string {
  return value !== undefined && /^sha-256=:[A-Za-z0-9+/]{43}=:$/.test(value);
}
