import { describe, expect, it } from 'vitest';
import { withKeys } from '../../../src/plan/wanted.ts';

const OUTPUTS = ['/a', '/m/{key}', '/m/*/name', '/m/*/inner/{key}', '/m/*/inner/*', '/mm/{key}', '/mm/*'];

describe('what is recorded as asked for', () => {
  it.each([
    [['/a'], ['/a']],
    [['/m/*/name'], ['/m/*/name', '/m/{key}']],
    [['/m/*/inner/*'], ['/m/*/inner/*', '/m/{key}', '/m/*/inner/{key}']],
    [['/m/{key}'], ['/m/{key}']],
    [[], []],
  ])('of a request for %j is %j: keys come with values', (wanted, recorded) => {
    expect([...withKeys(wanted, OUTPUTS)]).toEqual(recorded);
  });
});
