import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Subject } from '../../../src/domain/personal-parts.ts';
import { WATCHED_BITS } from '../../../src/domain/quotas.ts';
import { type Asked, askedDigests } from '../../../src/keys/asked-digests.ts';
import { subjectIndex } from '../../../src/keys/subject-index.ts';

const secret = { kid: 'a', key: new Uint8Array(32).fill(1) };
const other = { kid: 'b', key: new Uint8Array(32).fill(2) };
const she: Subject = { type: 'cn.resident-id', value: '110199199003071006' };
const asked: Asked = {
  department: 'd',
  contract: 'p.r.v1',
  grant: 'g',
  query: { residentId: she.value, name: '张三' },
  subjects: [she],
  isProbe: true,
  neighbourhoodsOf: ({ value }) => [value.slice(0, 14)],
};
const hex = (bytes: Uint8Array | undefined): string => Buffer.from(bytes ?? []).toString('hex');
const questionOf = (more: Partial<Asked> = {}, by = secret): readonly string[] => {
  const { question } = askedDigests(by, { ...asked, ...more });
  return [hex(question?.subjects[0]), hex(question?.digest)];
};

describe('what is kept of whom somebody asks about', () => {
  it('is the same subject whatever is asked, and another question for another value or grant', () => {
    const [subject, question] = questionOf();
    const [again, another] = questionOf({ query: { residentId: she.value, name: '李四' } });
    expect(again).toBe(subject);
    expect(another).not.toBe(question);
    const [ofOther, byOther] = questionOf({ grant: 'h' });
    expect(ofOther).toBe(subject);
    expect(byOther).not.toBe(question);
    expect(questionOf({ query: { name: '张三', residentId: she.value } })).toEqual([subject, question]);
  });

  it('is another subject for another department, contract or key', () => {
    const [subject] = questionOf();
    const others = [questionOf({ department: 'e' }), questionOf({ contract: 'p.r.v2' }), questionOf({}, other)];
    for (const [found] of others) expect(found).not.toBe(subject);
  });

  it('meets nothing that the ledger is searched by', () => {
    expect(questionOf()).not.toContain(hex(subjectIndex(secret, she)));
  });

  it('is no question where an answer tells no more than it shows', () => {
    expect(askedDigests(secret, { ...asked, isProbe: false }).question).toBeUndefined();
    expect(askedDigests(secret, { ...asked, subjects: [] }).question).toBeUndefined();
  });

  it('is a bit for the subject and one for each that it shares, anywhere and the same each time', () => {
    const bits = new Set<number>();
    fc.assert(
      fc.property(fc.string({ minLength: 1 }), (value) => {
        const of = { ...asked, subjects: [{ ...she, value }] };
        const { places } = askedDigests(secret, of);
        expect(askedDigests(secret, of).places).toEqual(places);
        for (const { subject, near } of places) {
          for (const bit of [subject, ...near]) {
            expect(Number.isInteger(bit) && bit >= 0 && bit < WATCHED_BITS).toBe(true);
            bits.add(bit);
          }
        }
      }),
    );
    expect(bits.size).toBeGreaterThan(50);
  });
});
