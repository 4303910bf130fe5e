import { join } from 'node:path';
import { calculateJwkThumbprint } from 'jose';
import { describe, expect, it } from 'vitest';
import { FaultsError } from '../../../src/domain/fault.ts';
import type { JWK } from '../../../src/keys/jwk.ts';
import { loadRecipientKeys, loadSigningKey } from '../../../src/keys/load-keys.ts';
import { type KeyKind, keyPair } from '../../support/keys.ts';
import { scratchFolder } from '../../support/scratch-folder.ts';

/** What is wrong, as [file, message], of files that were loaded. */
async function faultsOf(load: Promise<unknown>): Promise<readonly (readonly [string, string])[]> {
  try {
    await load;
    return [];
  } catch (error) {
    if (!(error instanceof FaultsError)) throw error;
    for (const { remedy, pointer } of error.faults) {
      expect(remedy).toMatch(/^[A-Z].+\.$/);
      expect(pointer).toBe('');
    }
    return error.faults.map(({ file, message }) => [file, message]);
  }
}

async function recipientFault(content: unknown): Promise<string | undefined> {
  const text = typeof content === 'string' ? content : JSON.stringify(content);
  const folder = scratchFolder({ 'a.b.jwk.json': text });
  const [fault] = await faultsOf(loadRecipientKeys(folder));
  if (fault !== undefined) expect(fault[0]).toBe(join(folder, 'a.b.jwk.json'));
  return fault?.[1];
}

async function signingFault(content: unknown): Promise<string | undefined> {
  const folder = scratchFolder({ 'signing.json': JSON.stringify(content) });
  const [fault] = await faultsOf(loadSigningKey(join(folder, 'signing.json')));
  if (fault !== undefined) expect(fault[0]).toBe(join(folder, 'signing.json'));
  return fault?.[1];
}

const KIND = 'answers are not sealed to a key of this kind';
const PRIVATE = 'this is a private key';
const UNREADABLE = 'the key cannot be read';
const NO_KEY = 'the numbers of the key make no key';

/** The same number with zeros in front, which says it is longer. */
function padded({ n = '', ...rest }: JWK): JWK {
  const number = Buffer.from(n, 'base64url');
  return { ...rest, n: Buffer.concat([Buffer.alloc(256 - number.length), number]).toString('base64url') };
}

describe('the keys of the systems', () => {
  it('are loaded by the names of their files, with how answers are sealed to them', async () => {
    const pair = { ec: keyPair('P-256').publicJwk, rsa: keyPair('RSA-2048').publicJwk };
    const folder = scratchFolder({
      'taxation.registration.jwk.json': JSON.stringify(pair.ec),
      'hotline.desk.jwk.json': JSON.stringify(pair.rsa),
      'README.md': 'not a key',
    });
    const keys = await loadRecipientKeys(folder);
    const loaded = [...keys].map(([system, { alg, kid }]) => `${system} ${alg} ${kid}`).sort();
    expect(loaded).toEqual([
      `hotline.desk RSA-OAEP-256 ${await calculateJwkThumbprint(pair.rsa)}`,
      `taxation.registration ECDH-ES+A256KW ${await calculateJwkThumbprint(pair.ec)}`,
    ]);
  });

  it.each(['P-256', 'RSA-2048', 'RSA-1024', 'Ed25519'] as const)('are refused if private (%s)', async (kind) => {
    expect(await recipientFault(keyPair(kind).privateJwk)).toBe(PRIVATE);
  });

  it('are refused if only part of a private key was taken away', async () => {
    const { d: _, ...left } = keyPair('RSA-2048').privateJwk;
    expect(await recipientFault(left)).toBe(PRIVATE);
  });

  it.each(['RSA-1024', 'P-384', 'Ed25519'] as const)('are refused if weak or of another kind (%s)', async (kind) => {
    expect(await recipientFault(keyPair(kind).publicJwk)).toBe(KIND);
  });

  it('are refused if RSA of 1024 bits says with zeros that it is of 2048', async () => {
    expect(await recipientFault(padded(keyPair('RSA-1024').publicJwk))).toBe(KIND);
  });

  it('are refused if not a point of the curve', async () => {
    const { publicJwk } = keyPair('P-256');
    expect(await recipientFault({ ...publicJwk, y: publicJwk.x })).toBe(NO_KEY);
    expect(await recipientFault({ kty: 'EC', crv: 'P-256', x: 'AA', y: 'AA' })).toBe(NO_KEY);
  });

  it.each([
    ['no JSON', 'key'],
    ['a JWK with a key twice', '{"kty":"EC","kty":"RSA"}'],
    ['a set of keys', { keys: [] }],
    ['a list', []],
    ['PEM', '-----BEGIN PUBLIC KEY-----'],
  ])('are refused if the file is %s', async (_, content) => {
    expect(await recipientFault(content)).toBe(UNREADABLE);
  });

  it('are refused if their folder is not there', async () => {
    expect(await faultsOf(loadRecipientKeys('/nowhere/recipients'))).toEqual([
      ['/nowhere/recipients', 'the folder is not there'],
    ]);
  });

  it('are refused all at once, each file by its name', async () => {
    const folder = scratchFolder({
      'a.jwk.json': '',
      'b.jwk.json': JSON.stringify(keyPair('P-256').publicJwk),
      'c.jwk.json': JSON.stringify(keyPair('P-256').privateJwk),
    });
    expect(await faultsOf(loadRecipientKeys(folder))).toEqual([
      [join(folder, 'a.jwk.json'), UNREADABLE],
      [join(folder, 'c.jwk.json'), PRIVATE],
    ]);
  });

  it('never say in their faults what is in the file', async () => {
    const { privateJwk } = keyPair('P-256');
    const folder = scratchFolder({ 'c.jwk.json': JSON.stringify(privateJwk) });
    const fault = await loadRecipientKeys(folder).catch((error: unknown) => String(error));
    expect(fault).toContain('c.jwk.json');
    expect(fault).not.toContain(String(privateJwk.d));
  });
});

describe('the signing key of the gateway', () => {
  it.each([
    ['P-256', 'ES256'],
    ['Ed25519', 'Ed25519'],
  ] as const)('of kind %s signs with %s and is published without its private part', async (kind, alg) => {
    const { privateJwk, publicJwk } = keyPair(kind);
    const folder = scratchFolder({ 'signing.json': JSON.stringify(privateJwk) });
    const key = await loadSigningKey(join(folder, 'signing.json'));
    expect(key.alg).toBe(alg);
    expect(key.kid).toBe(await calculateJwkThumbprint(publicJwk));
    expect(key.publicJwk).toEqual({ ...publicJwk, kid: key.kid, alg, use: 'sig' });
    expect(JSON.stringify(key.publicJwk)).not.toContain(String(privateJwk.d));
  });

  it.each<[string, KeyKind, 'privateJwk' | 'publicJwk']>([
    ['a public key', 'P-256', 'publicJwk'],
    ['a key on P-384', 'P-384', 'privateJwk'],
    ['an RSA key', 'RSA-2048', 'privateJwk'],
  ])('is refused if it is %s', async (_, kind, part) => {
    expect(await signingFault(keyPair(kind)[part])).toBe('this is no private key to sign with');
  });

  it('is refused if its numbers are not of one key', async () => {
    const { privateJwk } = keyPair('P-256');
    const { x, y } = keyPair('P-256').publicJwk;
    expect(await signingFault({ ...privateJwk, y: privateJwk.x })).toBe(NO_KEY);
    expect(await signingFault({ ...privateJwk, x, y })).toBe(NO_KEY);
  });

  it('is refused if the file is not there', async () => {
    expect(await faultsOf(loadSigningKey('/nowhere/signing.json'))).toEqual([['/nowhere/signing.json', UNREADABLE]]);
  });
});
