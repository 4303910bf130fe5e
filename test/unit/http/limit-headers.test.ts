import { describe, expect, it } from 'vitest';
import { limitHeaders } from '../../../src/http/limit-headers.ts';

describe('the headers of quotas', () => {
  it('are structured fields: a policy for each, and what is left of it', () => {
    expect(
      limitHeaders([
        { name: 'rate', most: 100, windowSeconds: 5, left: 99, resetSeconds: 1 },
        { name: 'bytes', most: 5000, windowSeconds: 86_400, left: 0, resetSeconds: 40 },
      ]),
    ).toEqual({
      'RateLimit-Policy': '"rate";q=100;w=5, "bytes";q=5000;qu="content-bytes";w=86400',
      RateLimit: '"rate";r=99;t=1, "bytes";r=0;t=40',
    });
  });

  it('are none where nothing is known', () => {
    expect(limitHeaders([])).toEqual({});
  });
});
