import { createPublicKey } from 'node:crypto';
import { isJsonArray, isJsonObject, type JsonObject, type JsonValue } from '../domain/json.ts';
import type { PublicJwk } from '../domain/public-jwk.ts';
import type { RegisteredUse } from '../domain/registered-key.ts';
import { type KeyAgreement, keyAgreementOf, type SignatureAlgorithm, signatureAlgorithmOf } from './algorithms.ts';
import { isEd25519Point } from './ed25519-point.ts';
import { jwkOf, publicJwkOf } from './jwk.ts';
import { thumbprintOf } from './thumbprint.ts';

/** RFC 7518 §6.2.2, §6.3.2, §6.4.1: members of private and of symmetric keys. */
export const PRIVATE_MEMBERS = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k'] as const;

export interface CheckedKey {
  /** The thumbprint of RFC 7638, whatever the file calls the key. */
  readonly kid: string;
  readonly alg: SignatureAlgorithm | KeyAgreement;
  readonly jwk: PublicJwk;
}

/** A key that is not taken, in words for who registers it; nothing of the key is repeated. */
export class KeyRefusedError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'KeyRefusedError';
  }
}

/** Between these an RSA key is strong enough, and cheap enough to seal every answer to. */
const MAX_RSA_BITS = 8192;
const FIELD_BYTES = 32;
const LEAST_EXPONENT = 65_537n;
const MOST_EXPONENT = 2n ** 32n;
/** What tools write that know the curve of a signature by the key only (RFC 9864 §2.2). */
const OLDER_NAMES: Readonly<Record<string, string>> = { EdDSA: 'Ed25519' };
/** What a public key of a use can be for, by RFC 7517 §4.3; one for agreement does nothing by itself. */
const OPERATIONS = { sig: ['verify'], enc: ['encrypt', 'wrapKey', 'deriveKey', 'deriveBits'] } as const;

/**
 * A public key as it may be registered: its numbers are checked, and what it says of itself has to agree with what it is
 * registered for.
 * @throws KeyRefusedError
 */
export function checkPublicJwk(value: JsonValue, use: RegisteredUse, asked?: string): CheckedKey {
  if (!isJsonObject(value))
    throw new KeyRefusedError('This is no JWK: one JSON object is expected, and no set of keys.');
  if (PRIVATE_MEMBERS.some((member) => Object.hasOwn(value, member)))
    throw new KeyRefusedError(
      'This is a private or secret key. Register the public one; the other stays with the system.',
    );
  const jwk = publicMembersOf(value);
  const alg = use === 'sig' ? signatureAlgorithmOf(jwk) : keyAgreementOf(jwk);
  if (alg === undefined)
    throw new KeyRefusedError(
      use === 'sig'
        ? 'A key to verify with is on P-256 or Ed25519.'
        : 'A key to seal to is on P-256, or RSA of 2048 bits and more.',
    );
  refuseContradictions(value, { use, alg, asked });
  refuseBadNumbers(jwk);
  return { kid: thumbprintOf(jwk), alg, jwk };
}

/** Of each kind its own members, and whoever writes another's has mixed up two. */
function publicMembersOf(value: JsonObject): PublicJwk {
  const { kty } = value;
  const others = kty === 'RSA' ? ['crv', 'x', 'y'] : kty === 'OKP' ? ['y', 'n', 'e'] : ['n', 'e'];
  if (others.some((name) => Object.hasOwn(value, name)))
    throw new KeyRefusedError('The key has members of keys of another kind.');
  const jwk = jwkOf(value);
  if (jwk === undefined) throw new KeyRefusedError('This is no JWK: it has no kty.');
  return publicJwkOf(jwk);
}

interface Registering {
  readonly use: RegisteredUse;
  readonly alg: string;
  readonly asked: string | undefined;
}

function refuseContradictions(value: JsonObject, { use, alg, asked }: Registering): void {
  const { alg: named, use: named_use, key_ops: operations } = value;
  if (asked !== undefined && asked !== alg)
    throw new KeyRefusedError(`A key of this kind is for ${alg} and nothing else.`);
  if (named !== undefined && (typeof named !== 'string' || (OLDER_NAMES[named] ?? named) !== alg))
    throw new KeyRefusedError(`The key says that it is for another algorithm than ${alg}.`);
  if (named_use !== undefined && named_use !== use)
    throw new KeyRefusedError(`The key says that it is for another use than ${use}.`);
  if (operations === undefined) return;
  const allowed: readonly JsonValue[] = OPERATIONS[use];
  if (!isJsonArray(operations) || !operations.every((operation) => allowed.includes(operation)))
    throw new KeyRefusedError(`The key says that it is for other operations than those of ${use}.`);
}

/** By importing it, which finds a point that is not on its curve, and by what importing takes without a look. */
function refuseBadNumbers(jwk: PublicJwk): void {
  const { kty, x = '', y = '', n = '', e = '' } = jwk;
  if (kty === 'RSA') refuseBadRsa(numberOf(n), numberOf(e));
  if (kty === 'EC' && (bytesOf(x).length !== FIELD_BYTES || bytesOf(y).length !== FIELD_BYTES))
    throw new KeyRefusedError('The coordinates of the key have not the length of the curve.');
  if (kty === 'OKP' && !isEd25519Point(bytesOf(x)))
    throw new KeyRefusedError('The numbers of the key make no key: the point is none of the curve, or of small order.');
  try {
    createPublicKey({ key: { ...jwk }, format: 'jwk' });
  } catch {
    throw new KeyRefusedError('The numbers of the key make no key.');
  }
}

function refuseBadRsa(modulus: bigint, exponent: bigint): void {
  if (modulus.toString(2).length > MAX_RSA_BITS)
    throw new KeyRefusedError(`RSA keys have ${MAX_RSA_BITS} bits at most.`);
  if (SMALL_PRIMES.some((prime) => modulus % prime === 0n))
    throw new KeyRefusedError('The modulus of the key has a small factor.');
  if (ROCA_PRIMES.every(({ prime, powers }) => powers.has(Number(modulus % BigInt(prime)))))
    throw new KeyRefusedError('The key was made by a library whose keys can be factored (ROCA, CVE-2017-15361).');
  if (exponent < LEAST_EXPONENT || exponent >= MOST_EXPONENT || exponent % 2n === 0n)
    throw new KeyRefusedError('The exponent of the key is odd and between 65537 and 32 bits.');
}

const SMALL_PRIMES = primesBelow(1000).map(BigInt);

/** Nemec et al. 2017, §2: such a modulus is a power of 65537 modulo every small prime; another one is, once in 2^27 or rarer. */
const ROCA_PRIMES = primesBelow(168)
  .slice(1)
  .map((prime) => ({ prime, powers: powersOf(65_537 % prime, prime) }));

function powersOf(base: number, prime: number): ReadonlySet<number> {
  const powers = new Set<number>();
  for (let power = 1; !powers.has(power); power = (power * base) % prime) powers.add(power);
  return powers;
}

function primesBelow(limit: number): readonly number[] {
  const primes: number[] = [];
  for (let candidate = 2; candidate < limit; candidate += 1)
    if (primes.every((prime) => candidate % prime !== 0)) primes.push(candidate);
  return primes;
}

function numberOf(base64url: string): bigint {
  const bytes = bytesOf(base64url);
  if (bytes[0] === 0) throw new KeyRefusedError('A number of the key begins with zeros (RFC 7518, section 2).');
  return BigInt(`0x0${bytes.toString('hex')}`);
}

/** The one right spelling only: two spellings of a key would be two keys. */
function bytesOf(base64url: string): Buffer {
  const bytes = Buffer.from(base64url, 'base64url');
  if (base64url === '' || bytes.toString('base64url') !== base64url)
    throw new KeyRefusedError('A number of the key is not written in base64url.');
  return bytes;
}
