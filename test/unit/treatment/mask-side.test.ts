import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MASKS_OF_A_SIDE } from '../../../src/treatment/mask-side.ts';
import { ASKED_NOTHING } from '../../support/circumstances.ts';
import { anyText } from '../../support/generate-json.ts';
import { SCOPED_KEYS } from '../../support/treatment-keys.ts';

const treatWith = (id: string, separator: string) => {
  const treatment = MASKS_OF_A_SIDE.find((one) => one.id === id);
  if (treatment === undefined) throw new Error(`there is no ${id}`);
  const site = { schema: { type: 'string' }, parameters: { separator }, matchParameters: [] };
  const treat = treatment.compile(site, SCOPED_KEYS);
  return (value: string) => treat(value, ASKED_NOTHING);
};

describe('the mask of one side of a separator', () => {
  it.each([
    ['mask-before', '-', 'ab-1234', '****-1234'],
    ['mask-after', '-', 'ab-1234', 'ab-****'],
    ['mask-before', '-', 'ab-12-34', '****-34'],
    ['mask-after', '-', 'ab-12-34', 'ab-****'],
    ['mask-before', '字第', '样字第12号', '****字第12号'],
    ['mask-after', '字第', '样字第12号', '样字第****'],
    ['mask-before', '-', '-1234', '****-1234'],
    ['mask-after', '-', 'ab-', 'ab-****'],
    ['mask-before', '-', 'ab1234', '****'],
    ['mask-after', '-', '', '****'],
  ])('%s %s of %s is %s', (id, separator, text, masked) => {
    expect(treatWith(id, separator)(text)).toBe(masked);
  });

  it.each(['mask-before', 'mask-after'])('depends on nothing on the side that it hides: %s', (id) => {
    const side = anyText.map((text) => text.replaceAll('-', ''));
    fc.assert(
      fc.property(anyText, anyText, side, (one, other, kept) => {
        const text = (hidden: string): string => (id === 'mask-before' ? `${hidden}-${kept}` : `${kept}-${hidden}`);
        const treat = treatWith(id, '-');
        expect(treat(text(one))).toBe(treat(text(other)));
      }),
    );
  });
});
