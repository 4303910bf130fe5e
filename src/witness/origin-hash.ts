import { createHash } from 'node:crypto';

/** How C2SP tlog-witness names a log in a path: 64 hexadecimal digits, in small letters. */
export function originHash(origin: string): string {
  return createHash('sha256').update(origin).digest('hex');
}
