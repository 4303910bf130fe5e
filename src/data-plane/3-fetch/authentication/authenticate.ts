import type { Clock } from '../../../domain/clock.ts';
import type { AuthenticationKind, SourceAuthentication } from '../../../domain/source-settings.ts';
import { bearer } from './bearer.ts';
import { gjgxjhpt } from './gjgxjhpt.ts';
import { httpSignature } from './http-signature.ts';
import { mutualTls } from './mutual-tls.ts';
import type { Authenticate } from './outgoing.ts';

type Kinds = {
  readonly [Kind in AuthenticationKind]: (settings: SourceAuthentication<Kind>, clock: Clock) => Authenticate;
};

/** Every way in which the gateway proves itself to a source. */
const KINDS: Kinds = { 'mutual-tls': mutualTls, bearer, gjgxjhpt, 'http-signature': httpSignature };

export function createAuthenticate<Kind extends AuthenticationKind>(
  settings: SourceAuthentication<Kind>,
  clock: Clock,
): Authenticate {
  return KINDS[settings.kind](settings, clock);
}
