import { compactDecrypt, compactVerify, importJWK, type JWK } from 'jose';
import { isJsonObject, type JsonObject } from '../domain/json.ts';
import { parseStrictJson } from '../domain/strict-json.ts';
import { ALLOWED, agreementOf, signatureAlgorithmOf } from './allowed.ts';
import { type InvalidAnswer, ShuqiaoAnswerInvalid } from './shuqiao-answer-invalid.ts';

export interface OpeningKeys {
  /** Private keys of the system by their thumbprint, which is what the gateway calls them. */
  readonly sealing: ReadonlyMap<string, JWK>;
  /** A public key of the gateway by its name. */
  readonly signing: (kid: string) => Promise<JWK | undefined>;
}

/** No `zip`, which could unpack to anything; no `crit`; no key and no address that a stranger names. */
const SEALED = new Set(['alg', 'enc', 'kid', 'typ', 'cty', 'epk', 'apu', 'apv']);
const SIGNED = new Set(['alg', 'kid', 'typ', 'cty']);
const JWE_PARTS = 5;
const JWS_PARTS = 3;

/**
 * Decrypts with the key that the answer names, and verifies the signature inside.
 * @throws ShuqiaoAnswerInvalid
 */
export async function openSealed(sealed: string, keys: OpeningKeys): Promise<JsonObject> {
  const header = headerOf(sealed, JWE_PARTS, SEALED);
  const jwk = keys.sealing.get(header.kid);
  if (jwk === undefined) throw new ShuqiaoAnswerInvalid('sealing-key-unknown');
  const alg = agreementOf(jwk);
  if (alg === undefined || header.alg !== alg) throw new ShuqiaoAnswerInvalid('header');
  const { plaintext } = await or('undecryptable', async () => {
    const key = await importJWK(jwk, alg);
    const allowed = { keyManagementAlgorithms: [alg], contentEncryptionAlgorithms: [...ALLOWED.encryption] };
    return await compactDecrypt(sealed, key, allowed);
  });
  return await verifySigned(Buffer.from(plaintext).toString('latin1'), keys);
}

/**
 * An answer that came as JSON: its detached signature (RFC 7515 appendix F) over the body.
 * @throws ShuqiaoAnswerInvalid
 */
export async function openSigned(body: Uint8Array, signature: string, keys: OpeningKeys): Promise<JsonObject> {
  const [header = '', between, mac = '', ...rest] = signature.split('.');
  if (between !== '' || rest.length > 0) throw new ShuqiaoAnswerInvalid('form');
  return await verifySigned(`${header}.${Buffer.from(body).toString('base64url')}.${mac}`, keys);
}

async function verifySigned(jws: string, { signing }: OpeningKeys): Promise<JsonObject> {
  const header = headerOf(jws, JWS_PARTS, SIGNED);
  if (header.typ !== ALLOWED.type) throw new ShuqiaoAnswerInvalid('header');
  const jwk = await signing(header.kid);
  if (jwk === undefined) throw new ShuqiaoAnswerInvalid('signing-key-unknown');
  const alg = signatureAlgorithmOf(jwk);
  if (alg === undefined || header.alg !== alg) throw new ShuqiaoAnswerInvalid('header');
  const { payload } = await or('signature', async () => {
    const key = await importJWK(jwk, alg);
    return await compactVerify(jws, key, { algorithms: [alg] });
  });
  const claims = await or('unreadable', async () => parseStrictJson(payload));
  if (!isJsonObject(claims)) throw new ShuqiaoAnswerInvalid('unreadable');
  return claims;
}

/** What a library says of a failure may quote what it failed at; its place is enough. */
async function or<T>(reason: InvalidAnswer, opening: () => Promise<T>): Promise<T> {
  try {
    return await opening();
  } catch {
    throw new ShuqiaoAnswerInvalid(reason);
  }
}

interface Header {
  readonly alg: string;
  readonly kid: string;
  readonly typ: string | undefined;
}

/** By what it is allowed to say, before anything is done with it. */
function headerOf(compact: string, parts: number, members: ReadonlySet<string>): Header {
  const pieces = compact.split('.');
  // In the one spelling: bits that no decoder looks at would make two texts of one answer, and the ledger has the digest of one.
  if (pieces.length !== parts || !pieces.every((piece) => piece !== '' && respelled(piece) === piece))
    throw new ShuqiaoAnswerInvalid('form');
  const header = readHeader(pieces[0] ?? '');
  if (!Object.keys(header).every((name) => members.has(name))) throw new ShuqiaoAnswerInvalid('header');
  const { alg, kid, typ } = header;
  if (typeof alg !== 'string' || typeof kid !== 'string') throw new ShuqiaoAnswerInvalid('header');
  return { alg, kid, typ: typeof typ === 'string' ? typ : undefined };
}

function readHeader(piece: string): JsonObject {
  try {
    const header = parseStrictJson(Buffer.from(piece, 'base64url'));
    if (isJsonObject(header)) return header;
  } catch {
    // Said below: what two readers could read in two ways is read by none.
  }
  throw new ShuqiaoAnswerInvalid('header');
}

function respelled(piece: string): string {
  return Buffer.from(piece, 'base64url').toString('base64url');
}
