import type { JsonSchema } from '../domain/json.ts';
import { typesOf } from '../schema/profile.ts';
import { isExact, placesOf } from './disclosures.ts';
import type { Rule } from './rule.ts';

const STRUCTURE = ['enum', 'const', 'pattern', 'format', 'x-semantic'];
// As long as a name of an organisation or a street may be; past it people write sentences.
const SHORT = 128;

export const freeText: Rule = {
  id: 'L8',
  titleEn: 'Free text as it is',
  titleZh: '自由文本',
  explanation: 'People write names, numbers and addresses into remarks, and no mask of a field reaches into them.',
  find: ({ disclosures }) =>
    disclosures
      .filter((one) => isExact(one) && isFree(one.schema))
      .map((one) => ({
        severity: 'warning',
        fields: placesOf([one]),
        message: 'a text without any structure leaves as it is',
        example: '“电话13800138000，找张三” in a remark 备注',
        remedy: 'Leave the field out, or have the source give what is needed of it in a field of its own.',
      })),
};

function isFree(schema: JsonSchema): boolean {
  const { maxLength } = schema;
  const isLong = typeof maxLength !== 'number' || maxLength > SHORT;
  return typesOf(schema).includes('string') && isLong && STRUCTURE.every((keyword) => schema[keyword] === undefined);
}
