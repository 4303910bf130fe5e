import type { SourceAuthentication } from '../../../domain/source-settings.ts';
import type { Authenticate } from './outgoing.ts';

/** RFC 6750 §2.1. */
export function bearer({ token }: SourceAuthentication<'bearer'>): Authenticate {
  return async () => ({ authorization: `Bearer ${await token.current()}` });
}
