import { createHmac } from 'node:crypto';
import type { Clock } from '../../../domain/clock.ts';
import type { SourceAuthentication } from '../../../domain/source-settings.ts';
import { contentDigest } from '../../../keys/content-digest.ts';
import { signatureBase, signatureInput } from '../../../keys/message-signature.ts';
import type { Authenticate } from './outgoing.ts';

const LABEL = 'shuqiao';
const TAG = 'shuqiao-source';
const LIFETIME_SECONDS = 60;

/** What a proxy on the way may rewrite without harm, and then nothing would verify. */
const NEGOTIATED: ReadonlySet<string> = new Set(['accept', 'accept-encoding']);

/**
 * RFC 9421 with hmac-sha256 (§3.3.3), the body by its digest (RFC 9530). The exchange id is covered, so that a source can
 * take each signature once, and the signed context. No `alg`: the key decides it (§3.2), not the message.
 */
export function httpSignature({ keyId, key }: SourceAuthentication<'http-signature'>, clock: Clock): Authenticate {
  return async ({ method, authority, path, headers, body }) => {
    const digest = contentDigest(body);
    const covered = [
      ['@method', method],
      ['@authority', authority],
      ['@path', path],
      ...Object.entries(headers).filter(([name]) => !NEGOTIATED.has(name)),
      ['content-digest', digest],
    ] as const;
    const created = Math.floor(clock.now() / 1000);
    const input = signatureInput(covered, { created, expires: created + LIFETIME_SECONDS, keyid: keyId, tag: TAG });
    const signature = createHmac('sha256', await key.current())
      .update(signatureBase(covered, input))
      .digest('base64');
    return {
      'content-digest': digest,
      'signature-input': `${LABEL}=${input}`,
      signature: `${LABEL}=:${signature}:`,
    };
  };
}
