import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { JsonSchema } from '../../../src/domain/json.ts';
import { compileCheck } from '../../../src/schema/checker.ts';
import { declaredPointer } from '../../../src/schema/declared-pointer.ts';
import { residentId } from '../../support/generate-values.ts';

const text = { type: 'string', maxLength: 3 };
const keys = { type: 'string', pattern: '^[0-9X]+$' };
const closed = { type: 'object', properties: { name: text }, additionalProperties: false };
const mapOf = (values: JsonSchema): JsonSchema => ({
  type: 'object',
  additionalProperties: values,
  propertyNames: keys,
});
const schema: JsonSchema = {
  type: 'object',
  properties: {
    list: { type: 'array', items: closed },
    people: mapOf(closed),
    lists: mapOf({ type: 'array', items: text }),
    maps: { anyOf: [mapOf(mapOf(text)), { type: 'null' }] },
    either: { anyOf: [{ type: 'array', items: closed }, { type: 'null' }] },
    both: {
      type: 'object',
      oneOf: [
        { ...closed, properties: { held: { type: 'array', items: closed } } },
        { ...closed, properties: { held: mapOf(closed) } },
      ],
    },
    choice: { type: 'object', oneOf: [closed, { ...closed, properties: { people: mapOf(text) } }] },
  },
  additionalProperties: false,
};

describe('where a value does not fit', () => {
  it.each([
    ['', ''],
    ['/list', '/list'],
    ['/list/3/name', '/list/3/name'],
    ['/people/11019919491231002X', '/people/*'],
    ['/people/11019919491231002X/name', '/people/*/name'],
    ['/people/name', '/people/*'],
    ['/lists/1101/0', '/lists/*/0'],
    ['/maps/1101/1102', '/maps/*/*'],
    ['/choice/people/1101', '/choice/people/*'],
    ['/choice/name', '/choice/name'],
    ['/either/7/name', '/either/7/name'],
    // An index of the one variant, or a key of the other, which may be anybody's number.
    ['/both/held/110199199001010045/name', '/both/held/*/name'],
    ['/unheard/of', '/*/*'],
    ['/list/11019919491231002X', '/list/*'],
    ['/people/a~1b', '/people/*'],
    ['/toString', '/*'],
  ])('%s is said as %s', (pointer, said) => {
    expect(declaredPointer(schema, pointer)).toBe(said);
  });

  it('is never said by a key of a map, whatever is wrong with the value and with the key', () => {
    const check = compileCheck(schema);
    const wrong = fc.constantFrom<unknown>(5, null, 'long text', { other: 1 }, { name: 'long text' }, [[]]);
    const key = fc.oneof(
      residentId,
      // Marked, so that no key is by chance a piece of what is said anyway.
      fc.string().map((text) => `¤${text}¤`),
    );
    fc.assert(
      fc.property(fc.constantFrom('people', 'lists', 'maps'), key, wrong, (property, name, value) => {
        const faults = check({ [property]: { [name]: value } });
        expect(JSON.stringify(faults)).not.toContain(JSON.stringify(name).slice(1, -1));
      }),
    );
  });
});
