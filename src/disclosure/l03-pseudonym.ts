import { isEnumerable, isSurrogate, placesOf } from './disclosures.ts';
import type { Rule } from './rule.ts';

export const smallDomain: Rule = {
  id: 'L3',
  titleEn: 'A pseudonym of a field with few values',
  titleZh: '低熵假名',
  explanation:
    'What stands for one of a few values is found out by how often it comes, or by asking about somebody whose value is known. Without a key anybody can try all of them.',
  find: ({ disclosures }) =>
    disclosures
      .filter((one) => isSurrogate(one) && (!one.treatment.keyed || isEnumerable(one.schema)))
      .map((disclosure) => ({
        severity: 'warning',
        fields: placesOf([disclosure]),
        message: 'the pseudonym stands for one of few values',
        example: 'two pseudonyms of 性别 come about equally often; one person whose sex is known tells them apart',
        remedy: 'Leave the field out, or give it more generally.',
      })),
};
