import { Type } from '@sinclair/typebox';
import { precision } from '../domain/precision.ts';
import { parseMac } from '../semantic/mac.ts';
import { ANY_MISMATCH, type Treatment, UNFIT } from './treatment.ts';

const LOCAL = 'local';
const OCTETS_OF_VENDOR = 'AA:BB:CC'.length;

/** 网卡厂商: 00:1A:2B:3C:4D:5E → 00:1A:2B. Of an address that a telephone made up for itself no octet says who made it. */
export const macVendor: Treatment = {
  id: 'mac.vendor',
  version: 1,
  titleEn: 'The vendor of a network device',
  titleZh: '网卡厂商',
  technique: 'generalisation',
  deterministic: true,
  linkable: 'none',
  reversible: 'nobody',
  keyed: false,
  accepts: { types: ['string'], semantics: ['mac'] },
  parameters: Type.Object({}, { additionalProperties: false }),
  onMismatch: ANY_MISMATCH,
  answersForMissing: false,
  optional: false,
  reveals: () => precision(['presence', 'vendor']),
  emits: () => ({ type: 'string', pattern: `^(?:[0-9A-F]{2}(?::[0-9A-F]{2}){2}|${LOCAL})$` }),
  compile: () => (value) => {
    const parsed = typeof value === 'string' ? parseMac(value) : undefined;
    if (parsed === undefined) return UNFIT;
    return parsed.isLocal ? LOCAL : parsed.mac.slice(0, OCTETS_OF_VENDOR);
  },
};
