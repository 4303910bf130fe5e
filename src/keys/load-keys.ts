import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type CryptoKey, calculateJwkThumbprint, importJWK } from 'jose';
import { type Fault, FaultsError } from '../domain/fault.ts';
import { parseStrictJson } from '../domain/strict-json.ts';
import { type KeyAgreement, keyAgreementOf, type SignatureAlgorithm, signatureAlgorithmOf } from './algorithms.ts';
import { type JWK, jwkOf } from './jwk.ts';

const PRIVATE_MEMBERS = ['d', 'p', 'q', 'dp', 'dq', 'qi'] as const;

type ImportedKey = CryptoKey | Uint8Array;

export interface SigningKey {
  readonly kid: string;
  readonly alg: SignatureAlgorithm;
  readonly key: ImportedKey;
  /** For publishing: without the private part. */
  readonly publicJwk: JWK;
}

export interface RecipientKey {
  readonly kid: string;
  readonly alg: KeyAgreement;
  readonly key: ImportedKey;
}

/**
 * The gateway's signing key, a private JWK.
 * @throws FaultsError
 */
export async function loadSigningKey(file: string): Promise<SigningKey> {
  const jwk = readJwk(file);
  const alg = signatureAlgorithmOf(jwk);
  if (alg === undefined || jwk.d === undefined)
    throw unusable(file, 'this is no private key to sign with', 'Use a private JWK on P-256 or Ed25519.');
  const kid = await calculateJwkThumbprint(jwk);
  const { kty = '', crv, x, y } = jwk;
  const point = {
    ...(crv === undefined ? {} : { crv }),
    ...(x === undefined ? {} : { x }),
    ...(y === undefined ? {} : { y }),
  };
  const publicJwk: JWK = { kty, ...point, kid, alg, use: 'sig' };
  return { kid, alg, key: await importKey(file, jwk, alg), publicJwk };
}

/**
 * The public keys of the systems: `<system id>.jwk.json` each, to which their answers are sealed.
 * @throws FaultsError with every file that cannot be used, private keys among them: they have no business here
 */
export async function loadRecipientKeys(folder: string): Promise<ReadonlyMap<string, RecipientKey>> {
  const faults: Fault[] = [];
  const keys = new Map<string, RecipientKey>();
  if (!existsSync(folder))
    throw unusable(folder, 'the folder is not there', 'Make it, and register the public keys of the systems in it.');
  for (const name of readdirSync(folder).filter((name) => name.endsWith('.jwk.json'))) {
    try {
      keys.set(name.slice(0, -'.jwk.json'.length), await loadRecipientKey(join(folder, name)));
    } catch (error) {
      if (!(error instanceof FaultsError)) throw error;
      faults.push(...error.faults);
    }
  }
  if (faults.length > 0) throw new FaultsError(faults);
  return keys;
}

async function loadRecipientKey(file: string): Promise<RecipientKey> {
  const jwk = readJwk(file);
  if (PRIVATE_MEMBERS.some((member) => jwk[member] !== undefined))
    throw unusable(
      file,
      'this is a private key',
      'Register the public key only; the private one stays with the system.',
    );
  const alg = keyAgreementOf(jwk);
  if (alg === undefined)
    throw unusable(
      file,
      'answers are not sealed to a key of this kind',
      'Use a key on P-256, or RSA of 2048 bits and more.',
    );
  return { kid: await calculateJwkThumbprint(jwk), alg, key: await importKey(file, jwk, alg) };
}

async function importKey(file: string, jwk: JWK, alg: string): Promise<ImportedKey> {
  try {
    return await importJWK(jwk, alg);
  } catch {
    throw unusable(file, 'the numbers of the key make no key', 'Write it again with the tool that made it.');
  }
}

function readJwk(file: string): JWK {
  const jwk = tryReadJwk(file);
  if (jwk === undefined) throw unusable(file, 'the key cannot be read', 'Make it a readable file with one JWK.');
  return jwk;
}

function tryReadJwk(file: string): JWK | undefined {
  try {
    return jwkOf(parseStrictJson(readFileSync(file)));
  } catch {
    return undefined;
  }
}

function unusable(file: string, message: string, remedy: string): FaultsError {
  return new FaultsError([{ file, pointer: '', message, remedy }]);
}
