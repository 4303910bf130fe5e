import { createHash, createHmac } from 'node:crypto';

export interface SignedRequest {
  readonly method?: string | undefined;
  readonly url?: string | undefined;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly body: Uint8Array;
}

/**
 * What a source does with RFC 9421 that knows nothing of this project: written after the RFC alone, for one signature
 * with hmac-sha256 and for fields that come once.
 */
export function verifyHttpSignature({ method, url, headers, body }: SignedRequest, key: Uint8Array): boolean {
  const [, label = '', input = '', names = ''] =
    /^(\w+)=(\(([^)]*)\).*)$/.exec(String(headers['signature-input'])) ?? [];
  const digest = `sha-256=:${createHash('sha256').update(body).digest('base64')}:`;
  const derived: Record<string, unknown> = { '@method': method, '@path': url, '@authority': headers['host'] };
  const lines = names.split(' ').map((quoted) => {
    const name = quoted.slice(1, -1);
    return `${quoted}: ${String(name.startsWith('@') ? derived[name] : headers[name])}`;
  });
  const base = [...lines, `"@signature-params": ${input}`].join('\n');
  const expected = `${label}=:${createHmac('sha256', key).update(base).digest('base64')}:`;
  return (
    names.includes('"content-digest"') && headers['content-digest'] === digest && headers['signature'] === expected
  );
}
