import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseName, surnameLength } from '../../../src/semantic/name.ts';
import { anyText } from '../../support/generate-json.ts';

describe('a name', () => {
  it.each(['•', '‧', '・', '·', '.', '．', '\u0387'])('has one spelling for its dot (%s)', (dot) => {
    expect(parseName(`阿卜杜拉${dot}买买提`)).toBe('阿卜杜拉·买买提');
  });

  it.each([
    ['in four-byte characters', '𠮷𬭎'],
    ['in a character of the private-use area', '张\uE123'],
    ['with a variation selector', '葛\u{E0100}城'],
    ['in Latin letters', "Anna-Maria O'Neill"],
  ])('may be written %s', (_, name) => {
    expect(parseName(name)).toBe(name);
  });

  it('is the same composed and decomposed, with and without spaces around it', () => {
    expect(parseName(' Ame\u0301lie ')).toBe('Amélie');
  });

  it('is one that parses to itself', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const name = parseName(text);
        if (name !== undefined) expect(parseName(name)).toBe(name);
      }),
    );
  });

  it('is counted in code points: 64 of four bytes are a name, 65 are none', () => {
    expect(parseName('𠮷'.repeat(64))).toBe('𠮷'.repeat(64));
    expect(parseName('𠮷'.repeat(65))).toBeUndefined();
  });

  it.each(['', '  ', '张*', '张3', '13800138000', '·张', '-', '\u0301张', '张\n三', '张（三）', '<b>', '😀', '\uD842'])(
    'is not %j',
    (text) => {
      expect(parseName(text)).toBeUndefined();
    },
  );
});

describe('a surname', () => {
  it.each([
    ['张三', 1],
    ['欧阳修文', 2],
    ['欧阳修', 2],
    ['司马光', 2],
    ['淳于意', 2],
    ['叔孙通', 2],
    ['哥舒翰', 2],
    ['尔朱荣', 2],
    ['孙叔敖', 1],
    ['于单之', 1],
    ['欧阳', 1],
    ['诸葛', 1],
    ['阳欧修', 1],
    ['𠮷田', 1],
    ['张', 1],
  ] as const)('of %s takes %i code points', (name, length) => {
    expect(surnameLength(name)).toBe(length);
  });
});
