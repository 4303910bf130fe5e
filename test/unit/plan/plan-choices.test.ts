import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../src/domain/json.ts';
import { NOW } from '../../support/circumstances.ts';
import { grantOf, leaf, object, planOf } from '../../support/plan-of.ts';

const variant = (kind: string, more: JsonObject) =>
  object({ kind: { ...leaf, const: kind }, ...more }, ['kind', ...Object.keys(more)]);
const choice = (more: JsonObject = {}, ...others: readonly JsonObject[]) => ({
  type: 'object',
  oneOf: [variant('person', { name: leaf, number: leaf }), variant('企业', { name: leaf }), ...others],
  discriminator: { propertyName: 'kind' },
  ...more,
});
const person = { kind: 'person', name: '张三', number: '11019919491231002X' };
const firm = { kind: '企业', name: '示例' };
const holder = object({ holder: choice() }, ['holder']);

describe('of a choice is released', () => {
  it('what is granted of the variant that the record holds, and nothing that is granted of another', () => {
    const { of, fields } = planOf(
      holder,
      grantOf('/holder/=person/number'),
      grantOf('/holder/=企业/name', 'keep', { as: 'firm' }),
    );
    expect(of({ holder: person })).toEqual({ holder: { number: '11019919491231002X' } });
    expect(of({ holder: firm })).toEqual({ holder: { firm: '示例' } });
    expect(fields.map(({ output }) => output)).toEqual(['/holder/=person/number', '/holder/=企业/firm']);
  });

  it('nothing of a variant of which nothing is granted, not even that it is there', () => {
    const { of } = planOf(
      object({ holder: choice(), holders: { type: 'array', items: choice(), minItems: 1 } }, ['holder', 'holders']),
      grantOf('/holder/=企业/name'),
      grantOf('/holders/*/=企业/name'),
    );
    expect(of({ holder: person, holders: [person, firm, person] })).toEqual({ holders: [{ name: '示例' }] });
    expect(of({ holder: person, holders: [person] })).toEqual({ holders: [] });
  });

  it('which variant it is only where that is granted', () => {
    expect(planOf(holder, grantOf('/holder/=person/name')).of({ holder: person })).toEqual({
      holder: { name: '张三' },
    });
    const told = planOf(holder, grantOf('/holder/=person/kind'), grantOf('/holder/=企业/kind'));
    expect(told.of({ holder: firm })).toEqual({ holder: { kind: '企业' } });
  });

  it('null where it is null, and nothing where it is missing', () => {
    const nullable = choice({ type: ['object', 'null'] }, { type: 'null' });
    const { of } = planOf(object({ holder: nullable }), grantOf('/holder/=person/name'), grantOf('/holder/=企业/name'));
    expect(of({ holder: null })).toEqual({ holder: null });
    expect(of({})).toEqual({});
  });

  it('of what is wanted only what the variant has of it, and as many items as there are without that', () => {
    const list = object({ list: { type: 'array', items: choice(), minItems: 2 } });
    const { of } = planOf(list, grantOf('/list/*/=person/name'), grantOf('/list/*/=企业/name'));
    expect(of({ list: [person, firm] }, {}, new Set(['/list/*/=企业/name']))).toEqual({ list: [{}, { name: '示例' }] });
  });

  it('the same of it in maps and lists', () => {
    const years = { type: 'string', pattern: '^[0-9]{4}$', 'x-classification': 'general-1' };
    const map = { type: 'object', additionalProperties: { type: 'array', items: choice() }, propertyNames: years };
    const { of } = planOf(object({ map }), grantOf('/map/{key}'), grantOf('/map/*/*/=person/name'));
    expect(of({ map: { '2026': [firm, person], '2025': [firm] } })).toEqual({
      map: { '2026': [{ name: '张三' }], '2025': [] },
    });
  });

  it('nothing, and not a guess, where the record says to be something that the contract does not have', () => {
    const { project } = planOf(holder, grantOf('/holder/=person/name'));
    const inherited = Object.create({ kind: 'person', name: 'x' }) as JsonObject;
    for (const wrong of [{ kind: 'cat' }, { kind: null }, { name: 'x' }, inherited, [person], 'person'])
      expect(() => project({ holder: wrong }, { query: {}, nowMs: NOW, wanted: undefined })).toThrow(
        expect.objectContaining({ code: 'source.contract-broken' }),
      );
  });
});

describe('what a consumer is shown of a choice', () => {
  const text = { type: 'string' };

  it('is what can come out of each variant, told apart where that is granted', () => {
    const { schema } = planOf(
      holder,
      ...['=person/kind', '=person/number', '=企业/kind'].map((path) => grantOf(`/holder/${path}`)),
    );
    expect(schema).toEqual(
      object(
        {
          holder: {
            anyOf: [
              object({ kind: { ...text, const: 'person' }, number: text }, ['kind', 'number']),
              object({ kind: { ...text, const: '企业' } }, ['kind']),
            ],
          },
        },
        ['holder'],
      ),
    );
  });

  it('does not promise a value where a variant is not granted', () => {
    const { schema } = planOf(holder, grantOf('/holder/=person/name'));
    expect(schema).toEqual(object({ holder: object({ name: text }, ['name']) }));
  });

  it('does not tell how many variants look the same', () => {
    const { schema } = planOf(holder, grantOf('/holder/=person/name'), grantOf('/holder/=企业/name'));
    expect(schema).toEqual(object({ holder: object({ name: text }, ['name']) }, ['holder']));
  });

  it('has null beside what can come out where the record may have null', () => {
    const nullable = choice({ type: ['object', 'null'] }, { type: 'null' });
    const granted = [grantOf('/holder/=person/number'), grantOf('/holder/=企业/name')];
    expect(planOf(object({ holder: nullable }, ['holder']), ...granted).schema).toEqual(
      object(
        {
          holder: { anyOf: [object({ number: text }, ['number']), object({ name: text }, ['name']), { type: 'null' }] },
        },
        ['holder'],
      ),
    );
  });

  it('promises a least number of items only where something is granted of every variant', () => {
    const list = object({ list: { type: 'array', items: choice(), minItems: 2, maxItems: 5 } });
    const some = planOf(list, grantOf('/list/*/=person/name'));
    const all = planOf(list, grantOf('/list/*/=person/name'), grantOf('/list/*/=企业/name'));
    expect(some.schema['properties']).toMatchObject({ list: { maxItems: 5 } });
    expect(some.schema['properties']).not.toMatchObject({ list: { minItems: 2 } });
    expect(all.schema['properties']).toMatchObject({ list: { minItems: 2, maxItems: 5 } });
  });
});
