import { copyFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { copyOf, type Edit, faultsOf, load, remove, rewrite, set } from './broken-copy.ts';

const IDENTITY = 'contracts/public-security/resident-identity/v1';
const CONTRACT = `${IDENTITY}/contract.json`;
const SCHEMA = `${IDENTITY}/schema.json`;
const GRANT = 'policies/grants/open-a-shop-identity.json';
const NAME = '/fields/0';

describe('nothing is loaded, and a person is told where and what to do, if', () => {
  it('two grants are for the same need: they are never merged', () => {
    const again: Edit = (root) => copyFileSync(join(root, GRANT), join(root, 'policies/grants/second.json'));
    expect(faultsOf(again, set('policies/grants/second.json', '/id', 'second'))).toEqual([
      {
        file: 'policies/grants/second.json',
        pointer: '',
        message: 'the grant open-a-shop-identity covers the same need of market-regulation.enterprise-registration',
        remedy: 'Keep one of the two.',
      },
    ]);
  });

  it('a schema refers to itself', () => {
    const faults = faultsOf(
      set(SCHEMA, '/$defs', {
        person: { type: 'object', properties: { of: { $ref: '#/$defs/person' } }, additionalProperties: false },
      }),
      set(SCHEMA, '/properties/of', { $ref: '#/$defs/person' }),
    );
    expect(faults).toContainEqual(
      expect.objectContaining({ file: SCHEMA, message: expect.stringMatching(/refers to itself/) }),
    );
  });

  it('there are no contracts, or no folder for them', () => {
    const missing = expect.objectContaining({ file: 'contracts', message: 'there are no contracts' });
    expect(faultsOf(remove('contracts'))).toEqual([missing]);
    expect(faultsOf(remove('contracts'), (root) => mkdirSync(join(root, 'contracts')))).toEqual([missing]);
  });

  it('several files are broken, all of which are named at once', () => {
    const faults = faultsOf(
      set(SCHEMA, '/properties/name/x-classification', undefined),
      set('contracts/taxation/tax-standing/v1/contract.json', '/version', '2.0.0'),
      rewrite(GRANT, () => '{'),
      set('policies/grants/hotline-call-back.json', '/fields', []),
    );
    expect(faults.map(({ file, pointer }) => [file, pointer])).toEqual([
      [SCHEMA, '/properties/name'],
      ['contracts/taxation/tax-standing/v1/contract.json', '/version'],
      ['policies/grants/hotline-call-back.json', '/fields'],
      [GRANT, ''],
    ]);
  });

  it('one field of one grant is wrong: the other grants are not loaded without it', () => {
    expect(() => load(copyOf(set(GRANT, `${NAME}/treatment`, 'blur')))).toThrow(
      /open-a-shop-identity\.json#\/fields\/0\/treatment: there is no such treatment\. Use one of keep, /,
    );
  });
});

describe('a copy that nobody broke', () => {
  it('loads as the same snapshot', () => {
    expect(load(copyOf()).hash).toBe(load(copyOf()).hash);
    expect(faultsOf()).toEqual([]);
  });

  it.each([
    ['a grant', set(GRANT, `${NAME}/justification`, 'Another reason.')],
    ['a contract', set(CONTRACT, '/version', '1.0.1')],
    ['a record', set(SCHEMA, '/properties/ethnicity/maxLength', 33)],
    ['the legal basis of a purpose', set('policies/legal-bases.json', '/legalBases/0/article', '第八条')],
    ['the name of a system', set('policies/systems.json', '/systems/0/name/en', 'Another')],
    ['the name of a department', set('policies/departments.json', '/departments/0/name/zh', '公安厅')],
  ])('has another hash once %s says something else', (_, edit) => {
    expect(load(copyOf(edit)).hash).not.toBe(load(copyOf()).hash);
  });
});
