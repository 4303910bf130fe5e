import { createHmac } from 'node:crypto';
import type { Clock } from '../../../domain/clock.ts';
import type { SourceAuthentication } from '../../../domain/source-settings.ts';
import type { Authenticate } from './outgoing.ts';

/**
 * Of the national data-sharing platform 国家数据共享交换平台. Its access guide, as public clients carry it out: headers
 * `gjgxjhpt_rid`, `_sid`, `_rtime` and `_sign`; rtime is milliseconds since the Unix epoch; sign is Base64 of
 * HMAC-SHA256(sid + rid + rtime) under the secret, all of them as UTF-8. What is signed leaves the body out, so this
 * proves who asks and not what: TLS and the signed context do the rest.
 */
export function gjgxjhpt({ rid, sid, key }: SourceAuthentication<'gjgxjhpt'>, clock: Clock): Authenticate {
  return async () => {
    const rtime = String(clock.now());
    const sign = createHmac('sha256', await key.current())
      .update(`${sid}${rid}${rtime}`, 'utf8')
      .digest('base64');
    return { gjgxjhpt_rid: rid, gjgxjhpt_sid: sid, gjgxjhpt_rtime: rtime, gjgxjhpt_sign: sign };
  };
}
