import { compatible } from './compatible.ts';
import { luhnHolds } from './luhn.ts';
import type { Chance, TextType } from './semantic-type.ts';

const precisions = { head: ['head'], tail: ['tail'], ends: ['head', 'tail'] } as const;

const digits = (chance: Chance, count: number): string => Array.from({ length: count }, () => chance(10)).join('');

/** IMEI of a telephone (3GPP TS 23.003 §6.2.1): eight digits of the model, six of the device, a Luhn digit. */
export const imei: TextType = {
  json: 'string',
  titleEn: 'Device number of a mobile telephone (IMEI)',
  titleZh: '移动设备识别码',
  identifies: 'person',
  precisions,
  normalise: (value) => {
    const text = compatible(value).trim().replace(/[ -]/g, '');
    return /^\d{15}$/.test(text) && luhnHolds(text) ? text : undefined;
  },
  // 00 is the reporting body of test devices.
  sample: (chance) => {
    const body = `00000000${digits(chance, 6)}`;
    return body + (Array.from('0123456789').find((digit) => luhnHolds(body + digit)) ?? '0');
  },
};

/** IMSI of a SIM card (ITU-T E.212): country and network, then the subscriber. */
export const imsi: TextType = {
  json: 'string',
  titleEn: 'Subscriber number of a SIM card (IMSI)',
  titleZh: '国际移动用户识别码',
  identifies: 'person',
  precisions,
  normalise: (value) => {
    const text = compatible(value).trim();
    // E.212 gives out no country code that begins with 0, 1 or 8.
    return /^[2-79]\d{14}$/.test(text) ? text : undefined;
  },
  // 460 is China, and 99 is no network of it.
  sample: (chance) => `46099${digits(chance, 10)}`,
};
