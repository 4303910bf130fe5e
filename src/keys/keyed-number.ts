import { createHmac } from 'node:crypto';

const BYTES = 6;

/**
 * A number in [0, below) that stands for the text under the key: 48 bits of HMAC-SHA-256.
 * @param below at most a million, so that no number is likelier than another by more than 2^-28
 */
export function keyedNumber(key: Uint8Array, text: string, below: number): number {
  return createHmac('sha256', key).update(text, 'utf8').digest().readUIntBE(0, BYTES) % below;
}
