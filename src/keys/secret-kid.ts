import { createHmac } from 'node:crypto';

const CHARACTERS = 22;

/** The name of a secret of 256 random bits, the same for the same secret, that tells nothing of it. */
export function secretKid(use: string, secret: Uint8Array): string {
  return createHmac('sha256', secret).update(`shuqiao-kid/${use}`).digest('base64url').slice(0, CHARACTERS);
}
