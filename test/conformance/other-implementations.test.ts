import { describe, expect, it } from 'vitest';
import { canonicalJson } from '../../src/domain/canonical-json.ts';
import type { AnswerClaims } from '../../src/domain/sealed-answer.ts';
import { commitment } from '../../src/keys/commitment.ts';
import type { JWK } from '../../src/keys/jwk.ts';
import { AnswerRefusedError, openAnswer, verifySignedAnswer } from '../../src/keys/open.ts';
import { createSealer } from '../../src/keys/seal.ts';
import { type KeyKind, keyPair, registeredKeysOf, signingKeyOf } from '../support/keys.ts';
import { scratchFolder } from '../support/scratch-folder.ts';
import { filter, isInstalled, sayMissing } from '../support/tools.ts';

// Neither is the npm library, nor written in its language: what one of them and we agree on is what the RFCs say.
const JOSE = isInstalled('jose', ['alg']);
const PYTHON = '/usr/bin/python3';
const JWCRYPTO = isInstalled(PYTHON, ['-c', 'import jwcrypto.jwe']);
const TYPE = 'shuqiao-answer+jwt';
const SYSTEM = 'taxation.tax-registration';
const DATA = { name: '𠮷田商店', licences: 2, closed: null };
const CLAIMS: AnswerClaims = {
  iss: 'shuqiao',
  aud: SYSTEM,
  iat: 1_790_000_000,
  jti: '017f22e2-79b0-7cc3-98c4-dc0c0c07398f',
  request: '017f22e2-79b0-7cc3-98c4-dc0c0c073990',
  purpose: 'tax-registration',
  contract: 'market-regulation.business-licence.v1',
  contractVersion: '1.0.0',
  plan: '0'.repeat(64),
  data: DATA,
  salt: 'c2FsdA',
  digest: commitment(Buffer.from('salt'), canonicalJson(DATA)),
};

async function parties(recipient: KeyKind, signer: KeyKind) {
  const own = keyPair(recipient);
  const gateway = keyPair(signer);
  const { keyRing, publicJwk, kid } = await signingKeyOf(gateway.privateJwk);
  const sealer = createSealer({ keyRing, registeredKeys: registeredKeysOf({ [SYSTEM]: own.publicJwk }) });
  const folder = scratchFolder({
    'own.json': JSON.stringify(own.privateJwk),
    'to.json': JSON.stringify(own.publicJwk),
    'gateway.json': JSON.stringify(gateway.privateJwk),
    'keys.json': JSON.stringify({ keys: [publicJwk] }),
    'claims.json': canonicalJson(CLAIMS),
  });
  const options = { privateJwk: own.privateJwk, gatewayKeys: { keys: [publicJwk] } };
  return { sealer, folder, kid, publicJwk, options };
}

describe('Debian’s jose, in C', () => {
  if (!JOSE) {
    sayMissing('jose', 'apt-get install jose');
    return;
  }
  const jose = (args: readonly string[], input: string): string => filter('jose', args, input);

  it('opens and verifies what the gateway sealed', async () => {
    const { sealer, folder } = await parties('P-256', 'P-256');
    const jws = jose(['jwe', 'dec', '-i', '-', '-k', `${folder}/own.json`], await sealer.seal(CLAIMS));
    const payload = jose(['jws', 'ver', '-i', '-', '-k', `${folder}/keys.json`, '-O', '-'], jws);
    expect(JSON.parse(payload)).toEqual(CLAIMS);
  });

  it('verifies an answer in JSON by its detached signature', async () => {
    const { sealer, folder } = await parties('P-256', 'P-256');
    const { body, signature } = await sealer.sign(CLAIMS);
    const [head = '', mac = ''] = signature.split('..');
    const whole = `${head}.${Buffer.from(body).toString('base64url')}.${mac}`;
    expect(jose(['jws', 'ver', '-i', '-', '-k', `${folder}/keys.json`, '-O', '-'], whole)).toBe(body);
    const changed = `${head}.${Buffer.from(`${body} `).toString('base64url')}.${mac}`;
    expect(() => jose(['jws', 'ver', '-i', '-', '-k', `${folder}/keys.json`, '-O', '-'], changed)).toThrow();
  });

  it('seals what we open', async () => {
    const { folder, kid, options } = await parties('P-256', 'P-256');
    const jws = joseSigned(folder, kid);
    const header = { protected: { alg: 'ECDH-ES+A256KW', enc: 'A256GCM', cty: 'JWT' } };
    const seal = ['jwe', 'enc', '-i', JSON.stringify(header), '-I', '-', '-k', `${folder}/to.json`, '-c'];
    expect(await openAnswer(jose(seal, jws).trim(), options)).toEqual(CLAIMS);
  });

  it('compresses what we do not open', async () => {
    const { folder, kid, options } = await parties('P-256', 'P-256');
    const jws = joseSigned(folder, kid);
    const header = { protected: { alg: 'ECDH-ES+A256KW', enc: 'A256GCM', zip: 'DEF' } };
    const seal = ['jwe', 'enc', '-i', JSON.stringify(header), '-I', '-', '-k', `${folder}/to.json`, '-c'];
    await expect(openAnswer(jose(seal, jws).trim(), options)).rejects.toBeInstanceOf(AnswerRefusedError);
  });

  function joseSigned(folder: string, kid: string): string {
    const header = { protected: { alg: 'ES256', kid, typ: TYPE } };
    const args = ['-s', JSON.stringify(header), '-I', `${folder}/claims.json`, '-k', `${folder}/gateway.json`, '-c'];
    return jose(['jws', 'sig', ...args], '').trim();
  }
});

const OPEN = `
import sys, json
from jwcrypto import jwk, jwe
sealed = jwe.JWE(algs=['ECDH-ES+A256KW', 'RSA-OAEP-256', 'A256GCM'])
sealed.deserialize(sys.stdin.read(), key=jwk.JWK.from_json(open(sys.argv[1]).read()))
sys.stdout.write(sealed.payload.decode())
`;
const SEAL = `
import sys, json
from jwcrypto import jwk, jwe
sealed = jwe.JWE(sys.stdin.read().encode(), json.dumps({'alg': sys.argv[2], 'enc': 'A256GCM', 'cty': 'JWT'}))
sealed.add_recipient(jwk.JWK.from_json(open(sys.argv[1]).read()))
sys.stdout.write(sealed.serialize(compact=True))
`;
// By the key itself: jwcrypto calls the algorithm EdDSA, and does not know the name that RFC 9864 gives it.
const VERIFY = `
import sys, json
from jwcrypto import jwk, common
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, utils
head, body, mac = sys.stdin.read().split('.')
key = jwk.JWK(**json.load(open(sys.argv[1]))['keys'][0]).get_op_key('verify')
mac, data = common.base64url_decode(mac), (head + '.' + body).encode()
if isinstance(key, ec.EllipticCurvePublicKey):
    numbers = int.from_bytes(mac[:32], 'big'), int.from_bytes(mac[32:], 'big')
    key.verify(utils.encode_dss_signature(*numbers), data, ec.ECDSA(hashes.SHA256()))
else:
    key.verify(mac, data)
sys.stdout.write(common.base64url_decode(body).decode())
`;
const SIGN = `
import sys, json
from jwcrypto import jwk, common
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, utils
private = json.load(open(sys.argv[1]))
key = jwk.JWK(**private).get_op_key('sign')
head = common.base64url_encode(json.dumps({'typ': '${TYPE}', 'kid': sys.argv[2], 'alg': sys.argv[3]}))
data = head + '.' + common.base64url_encode(sys.stdin.read())
if isinstance(key, ec.EllipticCurvePrivateKey):
    r, s = utils.decode_dss_signature(key.sign(data.encode(), ec.ECDSA(hashes.SHA256())))
    mac = r.to_bytes(32, 'big') + s.to_bytes(32, 'big')
else:
    mac = key.sign(data.encode())
sys.stdout.write(data + '.' + common.base64url_encode(mac))
`;

describe('jwcrypto, in Python', () => {
  if (!JWCRYPTO) {
    sayMissing('python3-jwcrypto', 'apt-get install python3-jwcrypto');
    return;
  }
  const python = (program: string, args: readonly string[], input: string): string =>
    filter(PYTHON, ['-I', '-c', program, ...args], input);
  const agreement = (recipient: KeyKind): string => (recipient === 'P-256' ? 'ECDH-ES+A256KW' : 'RSA-OAEP-256');
  const algorithmOf = ({ alg = '' }: JWK): string => alg;

  describe.each([
    ['P-256', 'P-256'],
    ['P-256', 'Ed25519'],
    ['RSA-2048', 'P-256'],
    ['RSA-2048', 'Ed25519'],
  ] as const)('with a recipient on %s and a signer on %s', (recipient, signer) => {
    it('opens and verifies what the gateway sealed', async () => {
      const { sealer, folder } = await parties(recipient, signer);
      const jws = python(OPEN, [`${folder}/own.json`], await sealer.seal(CLAIMS));
      expect(JSON.parse(python(VERIFY, [`${folder}/keys.json`], jws))).toEqual(CLAIMS);
    });

    it('signs and seals what we open', async () => {
      const { folder, kid, publicJwk, options } = await parties(recipient, signer);
      const jws = python(SIGN, [`${folder}/gateway.json`, kid, algorithmOf(publicJwk)], canonicalJson(CLAIMS));
      const sealed = python(SEAL, [`${folder}/to.json`, agreement(recipient)], jws);
      expect(await openAnswer(sealed, options)).toEqual(CLAIMS);
      const [head = '', , mac = ''] = jws.split('.');
      const signed = { body: canonicalJson(CLAIMS), signature: `${head}..${mac}` };
      expect(await verifySignedAnswer(signed, options.gatewayKeys)).toEqual(CLAIMS);
    });
  });
});
