import { CompactEncrypt, importJWK } from 'jose';
import { describe, expect, it } from 'vitest';
import type { JsonValue } from '../../src/domain/json.ts';
import { StrictJsonError } from '../../src/domain/strict-json.ts';
import { CONTENT_ENCRYPTION, KEY_AGREEMENTS, SIGNATURE_ALGORITHMS } from '../../src/keys/algorithms.ts';
import { type JWK, jwkOf } from '../../src/keys/jwk.ts';
import { openAnswer } from '../../src/keys/open.ts';
import { keyPair } from '../support/keys.ts';
import { readVectors, say, vectorsFolder } from './vectors.ts';

interface Vector {
  readonly tcId: number;
  readonly comment: string;
  readonly result: 'valid' | 'invalid' | 'acceptable';
  readonly jwe?: string;
  readonly jws?: string;
}
interface VectorGroup {
  readonly private?: JsonValue;
  readonly public?: JsonValue;
  readonly tests: readonly Vector[];
}

const GATEWAY = keyPair('P-256');

function readTests(folder: string, file: string) {
  const { testGroups } = readVectors(folder, file) as { readonly testGroups: readonly VectorGroup[] };
  return testGroups.flatMap((group) =>
    group.tests.map((test) => ({
      ...test,
      key: group.private ?? group.public ?? null,
      name: `${test.tcId} ${test.comment}`,
    })),
  );
}

const keyOf = (value: JsonValue): JWK => jwkOf(value) ?? { kty: 'none' };
/** `key_ops` and `use` as they came: a key for something else must not be used. */
const asPublished = (value: JsonValue): JWK => {
  const { d: _, ...published } = value as JWK & { readonly d?: string };
  return published;
};
const isCompact = (text: unknown, parts: number): text is string =>
  typeof text === 'string' && text.split('.').length === parts;

function headerOf(compact: string): { readonly alg?: string; readonly enc?: string } {
  try {
    const header = Buffer.from(compact.split('.')[0] ?? '', 'base64url').toString('utf8');
    return JSON.parse(header) as { readonly alg?: string; readonly enc?: string };
  } catch {
    return {};
  }
}

const isOneOf = (list: readonly string[], item: string | undefined): boolean =>
  item !== undefined && list.includes(item);
const codeOf = async (opening: Promise<unknown>): Promise<string> =>
  await opening.then(
    () => 'opened',
    (error: unknown) => {
      // Rightly signed, and by its type no answer: the signature is what the vectors are about.
      if (error instanceof StrictJsonError || String(error).endsWith('what was signed is no answer')) return 'verified';
      return error instanceof Error && 'code' in error ? String(error.code) : String(error);
    },
  );

describe('opening an answer, against the JWE vectors of Wycheproof', () => {
  const folder = vectorsFolder('wycheproof', 'testvectors_v1');
  if (folder === undefined) return;
  const tests = readTests(folder, 'json_web_encryption_test.json');
  const isOurs = ({ jwe, result }: Vector): boolean => {
    const { alg, enc } = headerOf(jwe ?? '');
    return result === 'valid' && isCompact(jwe, 5) && isOneOf(KEY_AGREEMENTS, alg) && enc === CONTENT_ENCRYPTION;
  };
  say(`${tests.length} JWE vectors of Wycheproof, ${tests.filter(isOurs).length} of them encrypted as answers are`);

  it('has some that must decrypt and many that must not', () => {
    expect(tests.filter(isOurs).length).toBeGreaterThan(0);
    expect(tests.filter((test) => !isOurs(test)).length).toBeGreaterThan(100);
  });

  // None of the plaintexts is a signed answer, so what decrypts is refused one step later, as no JWS.
  it.each(tests)('decrypts what is valid and encrypted as answers are, and nothing else: $name', async (test) => {
    const code = await codeOf(
      openAnswer(String(test.jwe), { privateJwk: keyOf(test.key), gatewayKeys: { keys: [GATEWAY.publicJwk] } }),
    );
    if (isOurs(test)) expect(code).toBe('AnswerRefusedError: the header of the signature cannot be read');
    else
      expect(code).toMatch(
        /^ERR_(?:JOSE|JWE)_|^TypeError: answers are not sealed|OperationError|DataError|header of the answer (?:says more than is understood|cannot be read)/,
      );
  });
});

describe('opening an answer, against the JWS vectors of Wycheproof', () => {
  const folder = vectorsFolder('wycheproof', 'testvectors_v1');
  if (folder === undefined) return;
  const tests = readTests(folder, 'json_web_signature_test.json').filter(({ jws }) => typeof jws === 'string');
  const isOurs = ({ jws, result }: Vector): boolean =>
    result === 'valid' && isCompact(jws, 3) && isOneOf(SIGNATURE_ALGORITHMS, headerOf(jws).alg);
  say(`${tests.length} JWS vectors of Wycheproof, ${tests.filter(isOurs).length} of them signed as answers are`);
  const recipient = keyPair('P-256');
  const sealed = async (jws: string): Promise<string> =>
    await new CompactEncrypt(new TextEncoder().encode(jws))
      .setProtectedHeader({ alg: 'ECDH-ES+A256KW', enc: CONTENT_ENCRYPTION })
      .encrypt(await importJWK(recipient.publicJwk, 'ECDH-ES+A256KW'));

  it('has some that must verify and many that must not', () => {
    expect(tests.filter(isOurs).length).toBeGreaterThan(0);
    expect(tests.filter((test) => !isOurs(test)).length).toBeGreaterThan(100);
  });

  // None of the payloads is JSON, so what verifies is refused one step later.
  it.each(tests)('verifies what is valid and signed as answers are, and nothing else: $name', async (test) => {
    const gatewayKeys = { keys: [asPublished(test.key)] };
    const code = await codeOf(
      openAnswer(await sealed(String(test.jws)), { privateJwk: recipient.privateJwk, gatewayKeys }),
    );
    if (isOurs(test)) expect(code).toBe('verified');
    else
      expect(code).toMatch(
        /^ERR_(?:JOSE|JWS|JWKS)_|OperationError|DataError|header of the (?:answer|signature) (?:says more than is understood|cannot be read)/,
      );
  });
});
