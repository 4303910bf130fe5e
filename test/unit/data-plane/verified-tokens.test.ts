import { beforeEach, describe, expect, it } from 'vitest';
import { verifiedTokens } from '../../../src/data-plane/1-identify/verified-tokens.ts';
import { type AccessToken, CLOCK_SKEW_MS, type TokenVerifier } from '../../../src/domain/access-token.ts';

const ENDS = 300_000;
let now: number;
let looked: string[];
let remembering: TokenVerifier;

beforeEach(() => {
  now = 0;
  looked = [];
  const token = (id: string): AccessToken => ({ id, system: 'a', thumbprint: 'b', expiresAt: ENDS, needs: undefined });
  const verify = async (text: string) => {
    looked.push(text);
    return text.startsWith('good') && now < ENDS ? token(text) : undefined;
  };
  remembering = verifiedTokens({ verify }, { now: () => now }, 3);
});

describe('tokens that were verified', () => {
  it('are not verified again until they have expired', async () => {
    expect((await remembering.verify('good 1'))?.id).toBe('good 1');
    now = ENDS + CLOCK_SKEW_MS - 1;
    expect((await remembering.verify('good 1'))?.id).toBe('good 1');
    expect(looked).toEqual(['good 1']);
    now += 1;
    expect(await remembering.verify('good 1')).toBeUndefined();
    expect(looked).toEqual(['good 1', 'good 1']);
  });

  it('do not make another one good, and what is not good is not remembered', async () => {
    await remembering.verify('good 1');
    expect(await remembering.verify('bad')).toBeUndefined();
    expect(await remembering.verify('bad')).toBeUndefined();
    expect(looked).toEqual(['good 1', 'bad', 'bad']);
  });

  it('are as many as may be: the one not used for longest goes', async () => {
    for (const id of ['good 1', 'good 2', 'good 3', 'good 1', 'good 4']) await remembering.verify(id);
    looked = [];
    for (const id of ['good 1', 'good 3', 'good 4']) await remembering.verify(id);
    expect(looked).toEqual([]);
    await remembering.verify('good 2');
    expect(looked).toEqual(['good 2']);
  });
});
