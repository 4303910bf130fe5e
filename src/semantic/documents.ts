import { compatible } from './compatible.ts';
import { luhnHolds } from './luhn.ts';
import type { Chance, TextType } from './semantic-type.ts';

/** Numbers of which a mask keeps the head, the tail, both or neither. */
const ENDS = { head: ['head'], tail: ['tail'], ends: ['head', 'tail'] } as const;

function matching(pattern: RegExp): (value: string) => string | undefined {
  return (value) => {
    const text = compatible(value).toUpperCase().trim();
    return pattern.test(text) ? text : undefined;
  };
}

const digits = (chance: Chance, count: number): string => Array.from({ length: count }, () => chance(10)).join('');

/** 银行卡号. As text: a JSON number of that length has lost its last digits before anybody reads it. */
export const bankCard: TextType = {
  json: 'string',
  titleEn: 'Bank card number',
  titleZh: '银行卡号',
  identifies: 'person',
  precisions: ENDS,
  normalise: (value) => {
    const text = compatible(value).replace(/[ -]/g, '');
    return /^\d{12,19}$/.test(text) && luhnHolds(text) ? text : undefined;
  },
  sample: (chance) => {
    const body = `622848${digits(chance, 12)}`;
    const check = Array.from('0123456789').find((digit) => luhnHolds(body + digit));
    return body + (check ?? '0');
  },
};

/** 护照: ordinary (E and a digit or letter), official and diplomatic, older ones (G, D, S, P), of this country. */
export const passport: TextType = {
  json: 'string',
  titleEn: 'Passport number',
  titleZh: '护照号码',
  identifies: 'person',
  precisions: ENDS,
  normalise: matching(/^(?:E[A-HJ-NP-Z]\d{7}|[DEGPS]\d{8}|[DPS]E\d{7}|1[45]\d{7})$/),
  sample: (chance) => `E0000${digits(chance, 4)}`,
};

/** 往来港澳通行证 (C, W) and 港澳居民来往内地通行证 (H, M). */
export const hongKongMacaoPermit: TextType = {
  json: 'string',
  titleEn: 'Travel permit, Hong Kong and Macao',
  titleZh: '港澳通行证号码',
  identifies: 'person',
  precisions: ENDS,
  normalise: matching(/^(?:C[A-HJ-NP-Z0-9]\d{7}|W\d{8}|[HM]\d{8}(?:\d{2})?)$/),
  sample: (chance) => `C0000${digits(chance, 4)}`,
};

/** 台湾居民来往大陆通行证 (8 or 10 digits) and 大陆居民往来台湾通行证 (L, T). */
export const taiwanPermit: TextType = {
  json: 'string',
  titleEn: 'Travel permit, Taiwan',
  titleZh: '台湾通行证号码',
  identifies: 'person',
  precisions: ENDS,
  normalise: matching(/^(?:\d{8}(?:\d{2})?|[LT]\d{8})$/),
  sample: (chance) => `L0000${digits(chance, 4)}`,
};

/** 机动车号牌 (GA 36): five characters after the office, six for electric cars; police, trainers, Hong Kong and Macao, embassies. */
export const plate: TextType = {
  json: 'string',
  titleEn: 'Vehicle number plate',
  titleZh: '机动车号牌',
  identifies: 'person',
  precisions: ENDS,
  normalise: matching(
    /^(?:[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼][A-Z](?:[A-HJ-NP-Z0-9]{4}[A-HJ-NP-Z0-9警学挂港澳]|[A-HJ-NP-Z0-9]{6})|使\d{6}|[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼][A-Z]\d{4}领)$/,
  ),
  sample: (chance) => `苏A${digits(chance, 5)}`,
};

/** 不动产权证书: 苏(2017)南京市不动产权第0012345号, the year and the county that registered it, and a number of its own. */
export const realEstateCertificate: TextType = {
  json: 'string',
  titleEn: 'Real estate certificate number',
  titleZh: '不动产权证书号',
  identifies: 'person',
  precisions: ENDS,
  normalise: (value) => {
    const text = compatible(value).replace(/\s/gu, '');
    return /^[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼]\(\d{4}\)\p{Script=Han}{1,16}不动产权第\d{7,10}号$/u.test(
      text,
    )
      ? text
      : undefined;
  },
  sample: (chance) => `苏(2017)样例市不动产权第000${digits(chance, 4)}号`,
};

/** 固定电话: area code and number in one spelling, 025-83601234; an extension is no part of it. */
export const landline: TextType = {
  json: 'string',
  titleEn: 'Landline number',
  titleZh: '固定电话号码',
  identifies: 'person',
  precisions: ENDS,
  normalise: (value) => {
    const text = compatible(value).trim();
    const [, area, number] =
      /^(?:\+?86[- ]?)?\(?(0(?:10|2\d|[3-9]\d{2}))\)?[- ]?([2-8]\d{6,7})(?:[- ]\d{1,6})?$/.exec(text) ?? [];
    return area === undefined || number === undefined ? undefined : `${area}-${number}`;
  },
  sample: (chance) => `0250000${digits(chance, 4)}`.replace('0250000', '025-8000'),
};

/** 电子邮箱. One @, because who sees two cannot say which part is the person. */
export const email: TextType = {
  json: 'string',
  titleEn: 'Email address',
  titleZh: '电子邮箱',
  identifies: 'person',
  precisions: ENDS,
  normalise: (value) => {
    const text = compatible(value).trim();
    return /^[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){1,8}$/.test(text)
      ? text.toLowerCase()
      : undefined;
  },
  sample: (chance) => `someone${digits(chance, 3)}@example.cn`,
};
