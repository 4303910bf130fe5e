import { describe, expect, it } from 'vitest';
import { traceOf } from '../../../src/http/trace-of.ts';

const random = { bytes: (length: number) => new Uint8Array(length).fill(0xab) };
const MADE = 'ab'.repeat(16);
const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736';
const PARENT = '00f067aa0ba902b7';

describe('the trace id of an exchange', () => {
  it.each([
    ['of the version that there is', `00-${TRACE}-${PARENT}-01`],
    ['of a later version that says more', `01-${TRACE}-${PARENT}-01-what-the-future-holds`],
  ])('is the caller’s, %s', (_what, sent) => expect(traceOf([sent], random)).toBe(TRACE));

  it.each([
    ['none', []],
    ['two', [`00-${TRACE}-${PARENT}-01`, `00-${TRACE}-${PARENT}-01`]],
    ['one of zeros', [`00-${'0'.repeat(32)}-${PARENT}-01`]],
    ['a parent of zeros', [`00-${TRACE}-${'0'.repeat(16)}-01`]],
    ['the version that is none', [`ff-${TRACE}-${PARENT}-01`]],
    ['more than its version has', [`00-${TRACE}-${PARENT}-01-more`]],
    ['capital letters', [`00-${TRACE.toUpperCase()}-${PARENT}-01`]],
    ['a text', ['110199199003070011']],
  ])('is made where there came %s', (_what, sent) => expect(traceOf(sent, random)).toBe(MADE));
});
