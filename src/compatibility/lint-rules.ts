import type { Field } from '../domain/contract.ts';
import { isJsonArray, type JsonSchema } from '../domain/json.ts';
import { typesOf } from '../schema/profile.ts';
import { semanticTypeOf } from '../semantic/semantic-types.ts';
import { scalarCheck } from './values.ts';

interface FieldRule {
  readonly id: string;
  readonly message: string;
  readonly remedy: string;
  readonly finds: (field: Field) => boolean;
}

/** What is wise to say of a field, though a contract loads without. */
export const FIELD_RULES: readonly FieldRule[] = [
  {
    id: 'field-without-description',
    message: 'the field has neither a title nor a description',
    remedy: 'Say what it is, as the catalogue does (信息项名称).',
    finds: ({ schema }) => schema['title'] === undefined && schema['description'] === undefined,
  },
  {
    id: 'identifier-without-subject',
    message: 'the field identifies somebody, but does not say whom',
    remedy: 'Add x-subject: what is released of one person is judged together by it.',
    finds: ({ schema }) => semanticTypeOf(schema)?.identifies !== undefined && schema['x-subject'] === undefined,
  },
  {
    id: 'identifier-without-semantic',
    message: 'the field is called like something that points at a person, but has no semantic type',
    remedy: 'Add x-semantic, without which no treatment understands it; or call it something else.',
    finds: ({ path, schema }) => schema['x-semantic'] === undefined && isCalledLikeIdentifier(path, schema),
  },
  {
    id: 'free-text',
    message: 'the text can be anything of any length',
    remedy: 'Add maxLength, pattern, format or enum, or x-semantic.',
    finds: ({ schema }) =>
      typesOf(schema).includes('string') &&
      ['maxLength', 'pattern', 'format', 'enum', 'const', 'x-semantic'].every(
        (keyword) => schema[keyword] === undefined,
      ),
  },
  {
    id: 'example-of-field-unfit',
    message: 'an example of the field does not fit its schema',
    remedy: 'Correct the example or the schema.',
    finds: ({ schema }) => {
      const { examples } = schema;
      if (!isJsonArray(examples) || examples.length === 0) return false;
      const check = scalarCheck(schema);
      return examples.some((example) => check(example).length > 0);
    },
  },
];

const IDENTIFIER = /id-?card|resident-?id|sfz|mobile|phone|身份证|身份号码|手机|姓名|地址/i;

/** By its own name, not by that of what it stands in: the postcode of an address is no address. */
function isCalledLikeIdentifier(path: string, { title, description }: JsonSchema): boolean {
  const name = path.slice(path.lastIndexOf('/') + 1);
  return [name, title, description].some((text) => typeof text === 'string' && IDENTIFIER.test(text));
}
