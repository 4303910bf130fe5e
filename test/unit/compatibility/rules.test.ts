import { describe, expect, it } from 'vitest';
import { compareSchemas } from '../../../src/compatibility/compare-schemas.ts';
import type { Change } from '../../../src/compatibility/difference.ts';
import { CHANGES, type Severity } from '../../../src/compatibility/rules.ts';
import type { JsonObject, JsonSchema } from '../../../src/domain/json.ts';

const closed = (properties: JsonObject, ...required: readonly string[]): JsonSchema => ({
  type: 'object',
  properties,
  required,
  additionalProperties: false,
});
const text = { type: 'string' };
const choice = (name: string, ...values: readonly string[]): JsonSchema => ({
  type: 'object',
  discriminator: { propertyName: name },
  oneOf: values.map((value) => closed({ [name]: { type: 'string', const: value } }, name)),
});
const map = (keys: JsonSchema, values: JsonSchema, more: JsonObject = {}): JsonSchema => ({
  type: 'object',
  propertyNames: keys,
  additionalProperties: values,
  ...more,
});
const list = (items: JsonSchema, more: JsonObject = {}): JsonSchema => ({ type: 'array', items, ...more });
const name = { type: 'string', 'x-semantic': 'cn.name' };
const id = { type: 'string', 'x-semantic': 'cn.resident-id' };

type Effect = `${Severity}/${Severity}`;
type Row = readonly [what: string, old: JsonSchema, now: JsonSchema, changes: readonly (readonly [string, Effect])[]];

/** A property `a` that was one thing and is another; what changed, by rule and place, for responses/for requests. */
const PROPERTIES: readonly Row[] = [
  ['is taken away', closed({ a: text, b: text }), closed({ b: text }), [['property-removed /a', 'error/error']]],
  [
    'is renamed',
    closed({ a: text }),
    closed({ b: text }),
    [
      ['property-removed /a', 'error/error'],
      ['property-added-optional /b', 'info/info'],
    ],
  ],
  ['is added', closed({}), closed({ a: text }), [['property-added-optional /a', 'info/info']]],
  ['is added and required', closed({}), closed({ a: text }, 'a'), [['property-added-required /a', 'info/error']]],
  ['is no longer required', closed({ a: text }, 'a'), closed({ a: text }), [['required-dropped /a', 'error/info']]],
  ['is now required', closed({ a: text }), closed({ a: text }, 'a'), [['required-added /a', 'info/error']]],
  ['is required and not there', closed({}), closed({}, 'a'), [['required-added /a', 'info/error']]],
  ['stands elsewhere in the list', closed({ a: text, b: text }, 'a', 'b'), closed({ b: text, a: text }, 'b', 'a'), []],
];

/** What a schema was and is. */
const SCHEMAS: readonly Row[] = [
  ['integer to number', { type: 'integer' }, { type: 'number' }, [['type-widened', 'error/info']]],
  ['number to integer', { type: 'number' }, { type: 'integer' }, [['type-narrowed', 'info/error']]],
  ['text to number', { type: 'string', maxLength: 3 }, { type: 'number' }, [['type-changed', 'error/error']]],
  ['text to list', text, list(text), [['type-changed', 'error/error']]],
  ['null comes', text, { type: ['string', 'null'] }, [['null-added', 'error/info']]],
  ['null goes', { type: ['null', 'string'] }, text, [['null-removed', 'info/error']]],
  [
    'null goes by the list of values',
    { type: ['string', 'null'], enum: ['a', null] },
    { type: ['string', 'null'], enum: ['a'] },
    [['null-removed', 'info/error']],
  ],
  [
    'null alone to text or null',
    { type: 'null' },
    { type: ['string', 'null'], maxLength: 3 },
    [['type-widened', 'error/info']],
  ],
  [
    'null goes by the constant',
    { type: ['string', 'null'], enum: ['a', null] },
    { type: ['string', 'null'], enum: ['a', null], const: 'a' },
    [['null-removed', 'info/error']],
  ],
  ['a value more', { enum: ['a'], ...text }, { enum: ['b', 'a'], ...text }, [['enum-value-added', 'error/info']]],
  ['a value less', { enum: ['a', 'b'], ...text }, { enum: ['a'], ...text }, [['enum-value-removed', 'info/error']]],
  ['values in another order', { enum: ['a', 'b'], ...text }, { enum: ['b', 'a'], ...text }, []],
  ['a constant for a list of it', { enum: ['a'], ...text }, { const: 'a', ...text }, []],
  [
    'a list of values for a length that all of them have',
    { type: 'string', maxLength: 2 },
    { type: 'string', enum: ['a', 'bb'] },
    [['constraint-tightened', 'info/error']],
  ],
  [
    'a list of values for a length that one does not have',
    { type: 'string', maxLength: 2 },
    { type: 'string', enum: ['a', 'bbb'] },
    [
      ['constraint-tightened', 'info/error'],
      ['enum-value-added', 'error/info'],
    ],
  ],
  [
    'a list of values for a format that one does not have',
    { type: 'string', format: 'date' },
    { type: 'string', enum: ['2024-02-29', '2024-02-30'] },
    [
      ['constraint-tightened', 'info/error'],
      ['enum-value-added', 'error/info'],
    ],
  ],
  ['any text for a list of values', { type: 'string', enum: ['a'] }, text, [['constraint-loosened', 'error/info']]],
  ['longer', { ...text, maxLength: 2 }, { ...text, maxLength: 3 }, [['constraint-loosened', 'error/info']]],
  ['shorter', { ...text, maxLength: 3 }, { ...text, maxLength: 2 }, [['constraint-tightened', 'info/error']]],
  ['any length', { ...text, maxLength: 3 }, text, [['constraint-loosened', 'error/info']]],
  ['no longer empty', text, { ...text, minLength: 1 }, [['constraint-tightened', 'info/error']]],
  ['no less than nothing', text, { ...text, minLength: 0 }, []],
  [
    'more and fewer',
    list(text, { minItems: 1, maxItems: 2 }),
    list(text, { minItems: 0, maxItems: 1 }),
    [
      ['constraint-loosened', 'error/info'],
      ['constraint-tightened', 'info/error'],
    ],
  ],
  [
    'from 1 instead of above 0, of integers',
    { type: 'integer', exclusiveMinimum: 0 },
    { type: 'integer', minimum: 1 },
    [],
  ],
  [
    'from 1 instead of above 0, of numbers',
    { type: 'number', exclusiveMinimum: 0 },
    { type: 'number', minimum: 1 },
    [['constraint-tightened', 'info/error']],
  ],
  ['from 1 instead of above 0.5, of integers', { type: 'integer', minimum: 0.5 }, { type: 'integer', minimum: 1 }, []],
  [
    'numbers from 1 for integers above 0',
    { type: 'integer', exclusiveMinimum: 0 },
    { type: 'number', minimum: 1 },
    [['type-widened', 'error/info']],
  ],
  [
    'to 5 instead of below 5',
    { type: 'number', exclusiveMaximum: 5 },
    { type: 'number', maximum: 5 },
    [['constraint-loosened', 'error/info']],
  ],
  ['a pattern', text, { ...text, pattern: '^a$' }, [['constraint-tightened', 'info/error']]],
  ['no pattern', { ...text, pattern: '^a$' }, text, [['constraint-loosened', 'error/info']]],
  ['another pattern', { ...text, pattern: '^a$' }, { ...text, pattern: '^b$' }, [['pattern-changed', 'error/error']]],
  ['a format', text, { ...text, format: 'date' }, [['constraint-tightened', 'info/error']]],
  ['no format', { ...text, format: 'date' }, text, [['constraint-loosened', 'error/info']]],
  ['another format', { ...text, format: 'date' }, { ...text, format: 'uuid' }, [['format-changed', 'error/error']]],
  ['a map for named properties', closed({ a: text }), map(text, text), [['shape-changed', 'error/error']]],
  ['variants for named properties', closed({ a: text }), choice('kind', 'a'), [['shape-changed', 'error/error']]],
  ['a variant more', choice('kind', 'a'), choice('kind', 'b', 'a'), [['variant-added /=b', 'error/info']]],
  ['a variant less', choice('kind', 'a', 'b'), choice('kind', 'b'), [['variant-removed /=a', 'error/error']]],
  ['variants in another order', choice('kind', 'a', 'b'), choice('kind', 'b', 'a'), []],
  [
    'variants told apart by something else',
    choice('kind', 'a'),
    choice('sort', 'a'),
    [['discriminator-changed', 'error/error']],
  ],
  [
    'keys and values of a map, and how many',
    map({ pattern: '^a$' }, { type: 'integer' }, { maxProperties: 2 }),
    map({ enum: ['a', 'b'] }, { type: 'number' }, { maxProperties: 3 }),
    [
      ['constraint-loosened', 'error/info'],
      ['constraint-tightened /{key}', 'info/error'],
      ['enum-value-added /{key}', 'error/info'],
      ['type-widened /*', 'error/info'],
    ],
  ],
  ['items', list(list(text)), list(list({ type: 'boolean' })), [['type-changed /*/*', 'error/error']]],
  [
    'a property of objects that are listed one by one',
    { ...closed({ a: text }), enum: [{ a: 'b' }] },
    { ...closed({ a: text, b: text }), enum: [{ a: 'b' }] },
    [['enum-of-structures-changed', 'error/error']],
  ],
  [
    'a property of an object that is constant',
    { ...closed({ a: text }), const: { a: 'b' } },
    { ...closed({ a: text, b: text }), const: { a: 'b' } },
    [['enum-of-structures-changed', 'error/error']],
  ],
  [
    'the description of objects that are listed one by one',
    { ...closed({ a: text }), enum: [{ a: 'b' }], $comment: 'x' },
    { ...closed({ a: text }), enum: [{ a: 'b' }], $comment: 'y' },
    [['text-changed', 'info/info']],
  ],
];

const grade = (classification: string): JsonSchema => ({ ...text, 'x-classification': classification });
const ANNOTATIONS: readonly Row[] = [
  ['another meaning', name, id, [['meaning-changed', 'error/error']]],
  ['no meaning', name, text, [['meaning-changed', 'error/error']]],
  ['a meaning', text, name, [['meaning-added', 'warning/info']]],
  [
    'another unit',
    { type: 'integer', 'x-unit': 'CNY' },
    { type: 'integer', 'x-unit': 'fen' },
    [['meaning-changed', 'error/error']],
  ],
  ['a higher grade', grade('general-1'), grade('general-4'), [['classification-raised', 'warning/info']]],
  ['the highest grade', grade('important'), grade('core'), [['classification-raised', 'warning/info']]],
  ['a secret', grade('core'), grade('work-secret'), [['classification-raised', 'warning/info']]],
  ['a grade', text, grade('general-1'), [['classification-raised', 'warning/info']]],
  ['a lower grade', grade('general-4'), grade('general-3'), [['classification-lowered', 'error/info']]],
  ['no grade', grade('general-1'), text, [['classification-lowered', 'error/info']]],
  ['a floor', id, { ...id, 'x-floor': 'exists' }, [['floor-tightened', 'warning/info']]],
  [
    'a lower floor',
    { ...id, 'x-floor': 'exact' },
    { ...id, 'x-floor': 'exists' },
    [['floor-tightened', 'warning/info']],
  ],
  ['a higher floor', { ...id, 'x-floor': 'exists' }, { ...id, 'x-floor': 'exact' }, [['floor-weakened', 'error/info']]],
  [
    'a floor of more parts',
    { ...id, 'x-floor': ['exists'] },
    { ...id, 'x-floor': ['exists', 'match'] },
    [['floor-weakened', 'error/info']],
  ],
  [
    'a floor that shows other parts, not fewer',
    { ...id, 'x-floor': 'match' },
    { ...id, 'x-floor': 'pseudonym' },
    [['floor-weakened', 'error/info']],
  ],
  [
    'a floor that is no precision of the field',
    { ...id, 'x-floor': 'exists' },
    { ...id, 'x-floor': 'no-such-precision' },
    [['floor-weakened', 'error/info']],
  ],
  ['no floor', { ...id, 'x-floor': 'exists' }, id, [['floor-weakened', 'error/info']]],
  ['the same floor, written as a list', { ...id, 'x-floor': 'exists' }, { ...id, 'x-floor': ['exists'] }, []],
  ['a subject', id, { ...id, 'x-subject': 'applicant' }, [['disclosure-changed', 'warning/info']]],
  ['a derivation', text, { ...text, 'x-derived-from': '/a' }, [['disclosure-changed', 'warning/info']]],
  [
    'another quasi-identifier',
    { ...text, 'x-quasi-identifier': { exact: 9 } },
    { ...text, 'x-quasi-identifier': { exact: 8 } },
    [['disclosure-changed', 'warning/info']],
  ],
  [
    'a filter by another field',
    { ...text, 'x-filter': '/a' },
    { ...text, 'x-filter': '/b' },
    [['parameter-use-changed', 'error/error']],
  ],
  [
    'a filter that is only compared from now on',
    { ...text, 'x-filter': '/a' },
    { ...text, 'x-match': '/a' },
    [
      ['parameter-use-changed', 'error/error'],
      ['parameter-use-changed', 'error/error'],
    ],
  ],
  [
    'texts',
    { ...text, title: 'a', examples: ['a'] },
    { ...text, description: 'b', $comment: 'c' },
    [['text-changed', 'info/info']],
  ],
  ['how deep a recursion was unfolded', { ...text, 'x-max-depth': 2 }, { ...text, 'x-max-depth': 3 }, []],
  ['a keyword that nobody knows', text, { ...text, contentEncoding: 'base64' }, [['unknown-changed', 'error/error']]],
];

const ROWS: readonly Row[] = [...PROPERTIES, ...SCHEMAS, ...ANNOTATIONS];

const shown = ({ rule, path }: Change): readonly [string, Effect] => [
  path === '' ? rule : `${rule} ${path}`,
  `${CHANGES[rule].response}/${CHANGES[rule].request}`,
];

describe('what breaks whom', () => {
  it.each(PROPERTIES)('where a property %s', (_what, old, now, changes) => {
    expect(compareSchemas({ old, now }).map(shown)).toEqual(changes);
  });

  it.each([...SCHEMAS, ...ANNOTATIONS])('where the new schema has %s', (_what, old, now, changes) => {
    expect(compareSchemas({ old, now }).map(shown)).toEqual(changes);
  });

  it('is said here of every rule', () => {
    const found = ROWS.flatMap(([, old, now]) => compareSchemas({ old, now })).map(({ rule }) => rule);
    expect(new Set(found)).toEqual(new Set(Object.keys(CHANGES)));
  });

  it('is found at whatever depth, and named as a grant names it', () => {
    const deep = (leaf: JsonSchema): JsonSchema =>
      closed({ a: list({ ...choice('kind', 'x'), oneOf: [closed({ kind: { const: 'x' }, m: map(text, leaf) })] }) });
    const changes = compareSchemas({ old: deep({ type: 'integer' }), now: deep({ type: 'number' }) });
    expect(changes).toEqual([{ rule: 'type-widened', path: '/a/*/=x/m/*' }]);
  });

  it('names the keyword where a rule is about several', () => {
    const old = { type: 'number', minimum: 1, maximum: 2 };
    const now = { type: 'number', minimum: 0, exclusiveMaximum: 2 };
    expect(compareSchemas({ old, now })).toEqual([
      { rule: 'constraint-loosened', path: '', keyword: 'minimum' },
      { rule: 'constraint-tightened', path: '', keyword: 'maximum' },
    ]);
  });
});
