import { renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { lintContracts } from '../../../src/compatibility/lint-contracts.ts';
import type { JsonObject } from '../../../src/domain/json.ts';
import { contractsFolder, EXAMPLE, withProperty } from './versions.ts';

const SCHEMA = 'transport/permit/v1/schema.json';
const field = (more: JsonObject): JsonObject => ({
  type: 'string',
  maxLength: 9,
  description: 'x',
  'x-classification': 'general-1',
  ...more,
});
const without = ({ ...schema }: JsonObject, keyword: string): JsonObject => {
  Reflect.deleteProperty(schema, keyword);
  return schema;
};

/** What is found where, files named relative to the folder. */
function found(folder: string): readonly (readonly string[])[] {
  return lintContracts(folder).map(({ rule, file, where, severity }) => [
    severity,
    rule,
    file.replace(`${folder}/`, ''),
    where,
  ]);
}

const ofField = (name: string, schema: JsonObject) => found(contractsFolder({ record: withProperty(name, schema) }));

describe('lint', () => {
  it('finds nothing in a contract that says all there is to say', () => {
    expect(found(contractsFolder())).toEqual([]);
  });

  it.each([
    ['says neither its title nor its description', 'a', without(field({}), 'description'), 'field-without-description'],
    [
      'identifies somebody and does not say whom',
      'a',
      field({ 'x-semantic': 'cn.mobile' }),
      'identifier-without-subject',
    ],
    ['has the name of an identifier and no meaning', 'ownerMobile', field({}), 'identifier-without-semantic'],
    ['has the title of one', 'a', field({ title: '法人身份证件号' }), 'identifier-without-semantic'],
    ['has the description of one', 'a', field({ description: '联系人手机' }), 'identifier-without-semantic'],
    ['can be any text', 'a', without(field({}), 'maxLength'), 'free-text'],
    [
      'has an example that does not fit it',
      'a',
      field({ examples: ['fits', 'fits not at all'] }),
      'example-of-field-unfit',
    ],
  ])('warns of a field that %s', (_what, name, schema, rule) => {
    expect(ofField(name, schema)).toEqual([['warning', rule, SCHEMA, `/${name}`]]);
  });

  it.each([
    ['has a title only', 'a', without(field({ title: '编号' }), 'description')],
    ['identifies nobody', 'a', field({ 'x-semantic': 'cn.uscc', 'x-subject': 'owner' })],
    [
      'stands in what is called like an identifier',
      'mobile',
      {
        type: 'object',
        properties: { postcode: field({}) },
        additionalProperties: false,
      },
    ],
    ['is a text within a pattern', 'a', without(field({ pattern: '^[0-9]{6}$' }), 'maxLength')],
    ['is a text of a list', 'a', without(field({ enum: ['x'] }), 'maxLength')],
    [
      'has a meaning that bounds it',
      'a',
      without(field({ 'x-semantic': 'cn.uscc', 'x-subject': 'owner' }), 'maxLength'),
    ],
    ['is a date', 'a', without(field({ format: 'date' }), 'maxLength')],
    ['is a number', 'a', without(field({ type: 'integer' }), 'maxLength')],
    ['has examples that fit', 'a', field({ examples: ['fits'] })],
  ])('does not warn of a field that %s', (_what, name, schema) => {
    expect(ofField(name, schema)).toEqual([]);
  });

  it('warns of a contract without an example', () => {
    const folder = contractsFolder();
    const examples = join(folder, 'transport/permit/v1/examples/valid');
    const missing = [['warning', 'example-missing', 'transport/permit/v1/examples/valid', '']];
    renameSync(join(examples, 'one.json'), join(examples, 'one.txt'));
    expect(found(folder)).toEqual(missing);
    rmSync(examples, { recursive: true });
    expect(found(folder)).toEqual(missing);
  });

  it('warns of an example that does not fit, by keyword and place, never by value', () => {
    const unfit = JSON.stringify({ number: 'P1', status: 'SECRET-VALUE', holder: { name: '张三' } });
    const folder = contractsFolder({}, { 'examples/valid/unfit.json': unfit });
    const findings = lintContracts(folder);
    expect(found(folder)).toEqual([
      ['warning', 'example-unfit', 'transport/permit/v1/examples/valid/unfit.json', '/status'],
    ]);
    expect(findings[0]?.message).toBe('the example does not fit the schema (enum)');
    expect(JSON.stringify(findings)).not.toContain('SECRET-VALUE');
  });

  it('warns of an example that is no JSON', () => {
    expect(found(contractsFolder({}, { [EXAMPLE]: '{' }))).toEqual([
      ['warning', 'example-unfit', 'transport/permit/v1/examples/valid/one.json', ''],
    ]);
  });

  it('finds what keeps a contract from loading, and advises on the others all the same', () => {
    const folder = contractsFolder(
      { record: withProperty('a', without(field({}), 'description')) },
      { '../../broken/v1/contract.json': '{', '../../broken/v1/schema.json': '{}' },
    );
    expect(found(folder)).toEqual([
      ['error', 'load', 'transport/broken/v1/contract.json', ''],
      ['warning', 'field-without-description', SCHEMA, '/a'],
    ]);
  });

  it('finds that there are no contracts', () => {
    expect(lintContracts(join(contractsFolder(), 'transport/permit/v1/examples'))).toMatchObject([
      { rule: 'load', severity: 'error', message: 'there are no contracts' },
    ]);
  });
});
