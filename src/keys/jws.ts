import type { JsonObject } from '../domain/json.ts';
import type { Signer } from '../domain/key-ring.ts';

export function base64url(value: Uint8Array | string): string {
  return Buffer.from(value).toString('base64url');
}

/** RFC 7515 §7.1, compact. The private key stays with the signer. */
export async function signCompact(payload: string, header: JsonObject, signer: Signer): Promise<string> {
  const protectedHeader = { alg: signer.alg, kid: signer.kid, ...header };
  const input = `${base64url(JSON.stringify(protectedHeader))}.${base64url(payload)}`;
  return `${input}.${base64url(await signer.sign(Buffer.from(input)))}`;
}

/** RFC 7515 appendix F: what was signed travels by itself, and whoever has both puts it back in between. */
export function detach(compact: string): string {
  const [header = '', , signature = ''] = compact.split('.');
  return `${header}..${signature}`;
}
