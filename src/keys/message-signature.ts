import { createPublicKey, verify } from 'node:crypto';
import type { PublicJwk } from '../domain/public-jwk.ts';
import { type SignatureAlgorithm, signatureAlgorithmOf } from './algorithms.ts';

/** RFC 9421 §2.3: written in the order in which they are given. */
export interface SignatureParameters {
  /** Seconds since the Unix epoch. */
  readonly created?: number;
  readonly expires?: number;
  readonly nonce?: string;
  readonly alg?: string;
  readonly keyid?: string;
  readonly tag?: string;
}

/** Name (a field's in lower case, or one with `@`) and value, by RFC 9421 §2.1 and §2.2. */
export type Covered = readonly (readonly [name: string, value: string])[];

const NAME = /^@?[a-z][a-z0-9-]*$/;
/** What a Structured Field can say as a string (RFC 9651 §3.3.3). */
const PRINTABLE = /^[\x20-\x7e]*$/;

/**
 * What `Signature-Input` says of a signature after its label, and what the last line of the base repeats.
 * @throws RangeError for what cannot be written there, and for a component that is named twice (§2)
 */
export function signatureInput(covered: Covered, parameters: SignatureParameters): string {
  const names = covered.map(([name]) => name);
  if (new Set(names).size !== names.length || !names.every((name) => NAME.test(name)))
    throw new RangeError('components have names, each once');
  const list = names.map((name) => `"${name}"`).join(' ');
  const written = Object.entries<string | number>({ ...parameters }).map(
    ([name, value]) => `;${name}=${bareItem(value)}`,
  );
  return `(${list})${written.join('')}`;
}

/**
 * The text that is signed (RFC 9421 §2.5).
 * @param input as it stands in `Signature-Input`, to the letter: who verifies gives what came
 * @throws RangeError for a value with a line break, which would be another component
 */
export function signatureBase(covered: Covered, input: string): string {
  if (covered.some(([, value]) => /[\r\n]/.test(value))) throw new RangeError('a component has no line breaks');
  return [...covered.map(([name, value]) => `"${name}": ${value}`), `"@signature-params": ${input}`].join('\n');
}

/** What RFC 9421 §3.3 calls the algorithms that registered keys are for. */
export const MESSAGE_ALGORITHMS = { ES256: 'ecdsa-p256-sha256', Ed25519: 'ed25519' } as const satisfies Record<
  SignatureAlgorithm,
  string
>;

/** Whether the key is for what `alg` names: the key decides, and a message that says otherwise is mistaken or forged. */
export function isMessageAlgorithmOf(alg: string, key: PublicJwk): boolean {
  const signs = signatureAlgorithmOf(key);
  return signs !== undefined && MESSAGE_ALGORITHMS[signs] === alg;
}

/** RFC 9421 §3.3.4 and §3.3.6, by the algorithm of the key. */
export function verifySignature(base: string, signature: Uint8Array, jwk: PublicJwk): boolean {
  const signs = signatureAlgorithmOf(jwk);
  if (signs === undefined) return false;
  const key = createPublicKey({ key: { ...jwk }, format: 'jwk' });
  // The bytes of the fields as they came: Node reads each as one character.
  const signed = Buffer.from(base, 'latin1');
  if (signs === 'Ed25519') return verify(null, signed, key, signature);
  return verify('sha256', signed, { key, dsaEncoding: 'ieee-p1363' }, signature);
}

function bareItem(value: string | number): string {
  if (typeof value === 'number') {
    if (!Number.isSafeInteger(value)) throw new RangeError('a parameter is an integer or a text');
    return String(value);
  }
  if (!PRINTABLE.test(value)) throw new RangeError('a parameter has printable characters only');
  return `"${value.replace(/["\\]/g, String.raw`\$&`)}"`;
}
